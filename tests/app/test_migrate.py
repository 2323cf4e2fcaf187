"""Migrations on both engines: they give what the models say, and they lose nothing."""

import re
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, text
from sqlmodel import SQLModel

from aufruf.app import migrate as migration
from aufruf.app.migrate import MigrationFailedError, migrate
from aufruf.core.database import Database
from aufruf.core.filelock import AlreadyServedError, FileLock
from tests.databases import Engine, SqliteEngine

# What a table, its columns, constraints and indexes are, in PostgreSQL's own words.
POSTGRES_SCHEMA = """
    SELECT table_name, column_name, data_type || coalesce(character_maximum_length::text, '')
        || is_nullable || coalesce(column_default, '')
    FROM information_schema.columns WHERE table_schema = 'public'
    UNION ALL
    SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid)
    FROM pg_constraint WHERE connamespace = 'public'::regnamespace
    UNION ALL
    SELECT tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'
"""

REBUILD = '''
"""A table with children is rebuilt."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    with op.batch_alter_table("municipality") as table:
        table.alter_column("name", existing_type=sa.String(120), type_=sa.String(200))
        table.add_column(sa.Column("motto", sa.String(80), nullable=True))
'''

ORPHANS = '''
"""Children lose their parents."""

from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.execute("DELETE FROM municipality")
'''

TOWN = text(
    "INSERT INTO municipality (id, slug, name, full_name, state, crest, position, embed_origins)"
    " VALUES (1, 'usingen', 'Usingen', 'Stadt Usingen', 'HE', 'usingen', 0, '[]')"
)
AREA = text(
    "INSERT INTO waiting_area (id, slug, name, municipality_id, way)"
    " VALUES (1, 'hall', 'Hall', 1, 'left')"
)


def schema_of(database: Database) -> set[tuple[str, ...]]:
    """Everything that is said about tables, whatever the order it was said in."""

    def read(conn: Connection) -> set[tuple[str, ...]]:
        if database.dialect == "postgresql":
            return {tuple(map(str, row)) for row in conn.execute(text(POSTGRES_SCHEMA))}
        rows = conn.execute(text("SELECT tbl_name, sql FROM sqlite_master WHERE sql IS NOT NULL"))
        return {(table, entry) for table, sql in rows for entry in entries(sql)}

    return {row for row in database.read_now(read) if row[0] != "alembic_version"}


def entries(sql: str) -> list[str]:
    """The columns and constraints of a CREATE TABLE, blanks folded."""
    inner = sql[sql.index("(") + 1 : sql.rindex(")")] if sql.startswith("CREATE TABLE") else sql
    return [re.sub(r"\s+", " ", part).strip() for part in re.split(r",\s*\n", inner)]


@pytest.fixture
def versions(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of a copy of the migrations, which a test may add to."""
    copy = tmp_path / "migrations"
    (copy / "versions").mkdir(parents=True)
    for file in migration.HERE.rglob("*"):
        if file.suffix in {".py", ".mako"}:
            (copy / file.relative_to(migration.HERE)).write_bytes(file.read_bytes())
    monkeypatch.setattr(migration, "HERE", copy)
    return copy / "versions"


def test_migrated_schema_is_what_the_models_say(engine: Engine):
    with closing(Database(engine.empty())) as migrated, closing(Database(engine.empty())) as made:
        migrate(migrated)
        with made.write_engine.begin() as conn:
            SQLModel.metadata.create_all(conn)
        assert schema_of(migrated) == schema_of(made)
        with migrated.read_engine.connect() as conn:
            context = MigrationContext.configure(conn, opts={"compare_type": True})
            assert compare_metadata(context, SQLModel.metadata) == []


def test_migrating_again_changes_nothing(database: Database):
    before = schema_of(database)
    migrate(database)
    assert schema_of(database) == before


def test_table_rebuild_keeps_its_children(database: Database, versions: Path):
    with database.write_engine.begin() as conn:
        conn.execute(TOWN)
        conn.execute(AREA)
    (versions / "0002_rebuild.py").write_text(REBUILD)
    migrate(database)
    with database.read_engine.connect() as conn:
        assert conn.execute(text("SELECT id, motto FROM municipality")).all() == [(1, None)]
        assert conn.execute(text("SELECT municipality_id FROM waiting_area")).all() == [(1,)]


def test_migration_that_leaves_orphans_is_taken_back(sqlite_database: Database, versions: Path):
    with sqlite_database.write_engine.begin() as conn:
        conn.execute(TOWN)
        conn.execute(AREA)
    (versions / "0002_orphans.py").write_text(ORPHANS)
    with pytest.raises(MigrationFailedError, match="waiting_area"):
        migrate(sqlite_database)
    with sqlite_database.read_engine.connect() as conn:
        assert conn.execute(text("SELECT count(*) FROM municipality")).scalar_one() == 1
        assert conn.execute(text("SELECT version_num FROM alembic_version")).scalar_one() == "0001"


def test_database_of_a_newer_version_is_refused(database: Database):
    with database.write_engine.begin() as conn:
        conn.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(MigrationFailedError, match="newer"):
        migrate(database)


def test_file_that_is_served_is_not_migrated(sqlite_engine: SqliteEngine):
    with closing(Database(sqlite_engine.empty())) as database:
        lock = FileLock(database.file)
        lock.take()
        with pytest.raises(AlreadyServedError):
            migrate(database)
        lock.release()
        migrate(database)


def test_servers_that_start_together_migrate_once(
    postgres_engine: Engine,
):
    url = postgres_engine.empty()

    def start(_nth: int) -> None:
        with closing(Database(url)) as database:
            migrate(database)

    with ThreadPoolExecutor(4) as threads:
        assert list(threads.map(start, range(4))) == [None] * 4


def test_new_revision_of_unchanged_models_is_empty(versions: Path):
    migration.write_revision("nothing new")
    (written,) = versions.glob("0002*.py")
    assert written.read_text().rstrip().endswith("pass")
