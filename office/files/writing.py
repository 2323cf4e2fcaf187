"""All SQL that writes the master data: rows found by their names, changed only where they differ.

What is written comes from checked entries (`loader.py`); reading stands in `store.py`.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, cast

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Table,
    and_,
    delete,
    exists,
    insert,
    inspect,
    select,
    update,
)
from sqlmodel import SQLModel, col

from ..models import DirectoryVersion, LoadedFile
from .sources import SourceFile

Row = Mapping[str, object]
Key = tuple[object, ...]


def take_version(conn: Connection) -> int:
    """The present version, locked until the commit so that two loads follow each other."""
    version = col(DirectoryVersion.version)
    found = conn.execute(select(version).with_for_update()).scalar()
    if found is None:
        conn.execute(insert(DirectoryVersion).values(id=1, version=0))
    return found or 0


def write_version(conn: Connection, version: int) -> None:
    conn.execute(update(DirectoryVersion).values(version=version))


def read_loaded(conn: Connection) -> dict[str, SourceFile]:
    """The files as they were last loaded, by name."""
    rows = conn.execute(select(col(LoadedFile.name), col(LoadedFile.text)))
    return {name: SourceFile(name, text) for name, text in rows}


def write_loaded(conn: Connection, sources: Iterable[SourceFile], now: datetime) -> None:
    """Remember the text of these files."""
    for source in sources:
        conn.execute(delete(LoadedFile).where(col(LoadedFile.name) == source.name))
        row = {"name": source.name, "digest": source.digest, "loaded_at": now, "text": source.text}
        conn.execute(insert(LoadedFile).values(row))


def table_of(model: type[SQLModel]) -> Table[Any]:
    """The table behind a model."""
    table = inspect(model).local_table
    assert isinstance(table, Table)
    return cast("Table[Any]", table)


def upsert(
    conn: Connection,
    model: type[SQLModel],
    names: Sequence[str],
    wanted: Iterable[Row],
    *,
    swapped: str | None = None,
) -> dict[Key, int]:
    """Write rows found by the columns `names`; ids stay. Returns the id of each.

    `swapped` is a unique column whose values rows may exchange, or leave to another when they are
    to be retired: it is cleared first.
    """
    table = table_of(model)
    present = {_key(row, names): row for row in _rows(conn, table)}
    rows = {_key(row, names): row for row in wanted}
    changed = {
        key: row
        for key, row in rows.items()
        if key in present and any(present[key][name] != value for name, value in row.items())
    }
    if swapped is not None:
        for key in (*changed, *(present.keys() - rows.keys())):
            row_id = present[key]["id"]
            conn.execute(update(table).where(table.c.id == row_id).values({swapped: f"~{row_id}"}))
    for key, row in changed.items():
        conn.execute(update(table).where(table.c.id == present[key]["id"]).values(row))
    added = insert(table).returning(table.c.id)
    return {
        key: present[key]["id"] if key in present else conn.execute(added, dict(row)).scalar_one()
        for key, row in rows.items()
    }


def sync_links(conn: Connection, model: type[SQLModel], wanted: Collection[Key]) -> None:
    """Make a table that is all primary key hold exactly these rows."""
    table = table_of(model)
    columns = list(table.primary_key)
    present = {tuple(row) for row in conn.execute(select(*columns))}
    for key in present.difference(wanted):
        conn.execute(delete(table).where(_is(columns, key)))
    names = [column.name for column in columns]
    missing = [dict(zip(names, key, strict=True)) for key in set(wanted) - present]
    if missing:
        conn.execute(insert(table), missing)


def drop_others(
    conn: Connection, model: type[SQLModel], column: str, of: Iterable[int], keep: Iterable[int]
) -> None:
    """Delete the rows that belong to one of `of` and are not kept."""
    table = table_of(model)
    conn.execute(delete(table).where(table.c[column].in_(list(of)), table.c.id.not_in(list(keep))))


def retire(
    conn: Connection, model: type[SQLModel], keep: Collection[int]
) -> Iterator[tuple[int, str]]:
    """Delete the rows that are not kept; yields (id, tables) of those still referred to."""
    table = table_of(model)
    for row_id in conn.execute(select(table.c.id)).scalars().all():
        if row_id in keep:
            continue
        users = _users(conn, table, row_id)
        if users:
            yield row_id, ", ".join(users)
        else:
            conn.execute(delete(table).where(table.c.id == row_id))


def _users(conn: Connection, table: Table[Any], row_id: int) -> list[str]:
    """Tables with a row that points to this one, whichever part they belong to."""
    return sorted(
        {
            other.name
            for other in table.metadata.sorted_tables
            for foreign in other.foreign_keys
            if foreign.column.table is table
            and conn.execute(select(exists().where(foreign.parent == row_id))).scalar()
        }
    )


def _rows(conn: Connection, table: Table[Any]) -> list[dict[str, Any]]:
    return [dict(row) for row in conn.execute(select(table)).mappings()]


def _key(row: Row, names: Sequence[str]) -> Key:
    return tuple(row[name] for name in names)


def _is(columns: Sequence[Column[Any]], key: Key) -> ColumnElement[bool]:
    return and_(*(column == value for column, value in zip(columns, key, strict=True)))
