"""The tables of routes in docs/interface.md: `python -m aufruf.app.interface_table`."""

import re
import sys
from collections.abc import Iterable

from starlette.routing import BaseRoute

from ..core.access import GuardedFiles, GuardedRoute, GuardedSocket
from .parts import faces_the_internet, routes_of

_ADDRESS = re.compile(r"^(?:[A-Z]+ /\S*?):?(?: |$)")
HEAD = "| Address | Who | Internet | What |\n|---|---|---|---|\n"


def interface_table() -> str:
    """Addresses for programs: what lies under /api, and the sockets."""
    return HEAD + "".join(_rows(True))


def pages_table() -> str:
    """Everything else: pages, files, health."""
    return HEAD + "".join(_rows(False)) + _files_row()


def _rows(for_programs: bool) -> Iterable[str]:
    for item in routes_of("all"):
        path: str = getattr(item, "path", "")
        if isinstance(item, GuardedFiles):
            continue
        if path.startswith(("/api/", "/ws/")) == for_programs:
            inside = "yes" if faces_the_internet(item) else ""
            yield f"| `{_method(item)} {path}` | {_who(item)} | {inside} | {_what(item)} |\n"


def _files_row() -> str:
    """The folders of static files in one line; they differ in nothing but the part."""
    folders = [item for item in routes_of("all") if isinstance(item, GuardedFiles)]
    inside = "yes" if all(faces_the_internet(item) for item in folders) else ""
    who = _who(folders[0])
    return f"| `GET /static/{{part}}/{{file}}` | {who} | {inside} | Scripts and styles |\n"


def _method(item: BaseRoute) -> str:
    if isinstance(item, GuardedRoute):
        return ", ".join(sorted((item.methods or set()) - {"HEAD"}))
    return "WS" if isinstance(item, GuardedSocket) else "GET"


def _who(item: BaseRoute) -> str:
    assert isinstance(item, GuardedRoute | GuardedSocket | GuardedFiles)
    return ", ".join(sorted(item.access.who))


def _what(item: BaseRoute) -> str:
    """The summary of the description, else the first line of the handler's docstring."""
    assert isinstance(item, GuardedRoute | GuardedSocket)
    if isinstance(item, GuardedRoute) and item.spec is not None:
        return item.spec.summary
    line = (item.endpoint.__doc__ or "").strip().partition("\n")[0]
    said = _ADDRESS.sub("", line)
    return said[:1].upper() + said[1:] or item.name.replace("_", " ")


if __name__ == "__main__":
    sys.stdout.write(f"{interface_table()}\n{pages_table()}")
