"""Which pages may stand in a frame on other sites, and on whose. Everything else is never framed.

Who may frame is master data, which core does not know: `app` says where to ask.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from starlette.requests import HTTPConnection

from .ground import Ground, ground_of

FRAMING = "framing"


@dataclass(frozen=True, slots=True)
class Framing:
    """`prefixes` begin the paths of the pages, `script` is the file that other sites may load.

    `origins` answers without waiting, from what the process knows already.
    """

    prefixes: tuple[str, ...]
    script: str
    origins: Callable[[Ground], Sequence[str]]


def origins_for(connection: HTTPConnection) -> tuple[str, ...]:
    """The origins that may frame this page; none for pages that nobody may."""
    return _origins(ground_of(connection), connection.scope["path"])


def framed_prefixes(ground: Ground, path: str) -> str | None:
    """How the paths of framed pages begin, with spaces between, for a page that may be one; else
    None."""
    framing = ground.parts.get(FRAMING)
    if not isinstance(framing, Framing) or not _origins(ground, path):
        return None
    return " ".join(framing.prefixes)


def is_shared_script(connection: HTTPConnection) -> bool:
    """Whether this is the file that other sites load to make the frame."""
    framing = ground_of(connection).parts.get(FRAMING)
    return isinstance(framing, Framing) and connection.scope["path"] == framing.script


def _origins(ground: Ground, path: str) -> tuple[str, ...]:
    framing = ground.parts.get(FRAMING)
    if not isinstance(framing, Framing):
        return ()
    if not f"{path}/".startswith(tuple(f"{prefix}/" for prefix in framing.prefixes)):
        return ()
    return tuple(framing.origins(ground))
