"""What a screen keeps to start without a line: its files under the version of its page, and the
service worker that keeps them.

Scripts import one another by relative addresses; under the version all of a page fit together.
"""

import json
from pathlib import Path

from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import BaseRoute

from ..core.access import PUBLIC, route
from ..core.assets import ROOT, YEAR, static
from ..core.errors import DomainError
from ..core.fonts import CUTS
from .screen_page import page_version

PARTS = ("core", "display")
KINDS = {".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml"}
SCOPE = "/display"
WORKER = ROOT / "display" / "static" / "worker.js"


def page_file(name: str) -> str:
    """The address of a script of the screen's page: `display/display.js`."""
    return f"/display/files/{page_version()}/{name}"


def kept_files() -> list[str]:
    """Addresses of all files that a screen's page may ask for; each is always the same file."""
    named = [(part, file) for part in PARTS for file in _files_of(part)]
    scripts = [page_file(f"{part}/{file.name}") for part, file in named if file.suffix == ".js"]
    sheets = [static(f"{part}/{file.name}") for part, file in named if file.suffix != ".js"]
    return [*scripts, *sheets, *(f"/static/fonts/{cut}" for cut in CUTS)]


def serve_file(request: Request) -> Response:
    """GET /display/files/{version}/{part}/{file}: kept for a year under the present version.

    A page of another server's version gets the file as it is here, and asks again next time.
    """
    part, name = request.path_params["part"], request.path_params["file"]
    found = next((file for file in _files_of(part) if file.name == name), None)
    if found is None:
        raise DomainError("not_found", 404)
    same = request.path_params["version"] == page_version()
    headers = {"Cache-Control": YEAR if same else "no-cache"}
    return FileResponse(found, headers=headers, media_type=KINDS[found.suffix])


def serve_worker(_request: Request) -> Response:
    """GET /display/service-worker.js: another one as soon as any file is another."""
    keep = json.dumps({"version": page_version(), "files": kept_files()})
    text = f"self.KEEP = {keep};\n{WORKER.read_text(encoding='utf-8')}"
    headers = {"Cache-Control": "no-cache", "Service-Worker-Allowed": SCOPE}
    return Response(text, headers=headers, media_type=KINDS[".js"])


def _files_of(part: str) -> list[Path]:
    if part not in PARTS:
        return []
    folder = ROOT / part / "static"
    return sorted(file for file in folder.iterdir() if file.suffix in KINDS)


routes: list[BaseRoute] = [
    route("/display/service-worker.js", serve_worker, access=PUBLIC, name="service-worker"),
    route("/display/files/{version}/{part}/{file}", serve_file, access=PUBLIC, name="page-file"),
]
