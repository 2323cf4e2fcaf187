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
    """`prefix` begins the paths of the pages, `script` is the file that other sites may load.

    `origins` answers without waiting, from what the process knows already.
    """

    prefix: str
    script: str
    origins: Callable[[Ground], Sequence[str]]


def origins_for(connection: HTTPConnection) -> tuple[str, ...]:
    """The origins that may frame this page; none for pages that nobody may."""
    framing = ground_of(connection).parts.get(FRAMING)
    path = connection.scope["path"]
    if not isinstance(framing, Framing) or not f"{path}/".startswith(f"{framing.prefix}/"):
        return ()
    return tuple(framing.origins(ground_of(connection)))


def framed_prefix(connection: HTTPConnection) -> str | None:
    """How the paths of framed pages begin, for a page that may be one; else None."""
    framing = ground_of(connection).parts.get(FRAMING)
    return framing.prefix if isinstance(framing, Framing) and origins_for(connection) else None


def is_shared_script(connection: HTTPConnection) -> bool:
    """Whether this is the file that other sites load to make the frame."""
    framing = ground_of(connection).parts.get(FRAMING)
    return isinstance(framing, Framing) and connection.scope["path"] == framing.script
