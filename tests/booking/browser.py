"""The whole application on a test's database, as a visitor's browser or program meets it."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from starlette.testclient import TestClient

from aufruf.app.main import create_app
from aufruf.core.clock import Clock
from aufruf.core.database import Database
from aufruf.core.settings import Settings

SECRET_KEY = "k" * 40
PAGE = {"accept": "text/html,application/xhtml+xml", "sec-fetch-site": "same-origin"}


def settings_for(database: Database, folder: Path) -> Settings:
    return Settings(
        database_url=database.url.render_as_string(hide_password=False),
        data_dir=folder,
        secret_key=SECRET_KEY,  # pyright: ignore[reportArgumentType]
        strict_texts=True,
        exempt_networks="127.0.0.0/8",  # pyright: ignore[reportArgumentType]  (races ask at once)
    )


@contextmanager
def visiting(database: Database, clock: Clock, folder: Path) -> Iterator[TestClient]:
    """A client that follows no redirects and gets every server error as itself."""
    app = create_app(settings_for(database, folder), clock)
    with TestClient(app, "http://localhost:8000", follow_redirects=False) as client:
        yield client
