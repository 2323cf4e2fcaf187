"""Static files: addresses that contain the content's hash, and how long they are kept."""

from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from urllib.parse import parse_qs

from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

ROOT = Path(__file__).parent.parent
YEAR = "public, max-age=31536000, immutable"


class Assets(StaticFiles):
    """A static folder. With the right `?v=` a file is kept for a year, else asked for again."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await super().get_response(path, scope)
        if response.status_code < 400:
            full_path, _ = self.lookup_path(path)
            wanted = parse_qs(scope["query_string"].decode("latin-1")).get("v")
            current = wanted == [digest_of(Path(full_path))]
            response.headers["Cache-Control"] = YEAR if current else "no-cache"
        return response


def static(name: str) -> str:
    """The address of a file: `core/tokens.css` gives `/static/core/tokens.css?v=0123456789ab`.

    Raises FileNotFoundError for a file that is not there: a template's mistake, not a visitor's.
    """
    part, _, rest = name.partition("/")
    return f"/static/{name}?v={digest_of(ROOT / part / 'static' / rest)}"


def digest_of(path: Path) -> str:
    """Twelve hexadecimal digits of the content's SHA-256; read again when the file changed."""
    return _digest(path, path.stat().st_mtime_ns)


@lru_cache(maxsize=1024)
def _digest(path: Path, _changed: int) -> str:
    return sha256(path.read_bytes()).hexdigest()[:12]
