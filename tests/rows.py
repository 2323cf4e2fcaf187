"""All rows of a database, taken from one and written into another that is empty."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, func, select, text
from sqlmodel import SQLModel

from aufruf.core.prepared import Prepared
from aufruf.core.tx import Tx
from aufruf.office.models import Municipality

Rows = Mapping[str, Sequence[Mapping[str, Any]]]


def is_empty(conn: Connection) -> bool:
    """Whether no master data are loaded."""
    return conn.execute(select(func.count()).select_from(Municipality)).scalar_one() == 0


def read_rows(conn: Connection) -> Rows:
    """Every row, by table, in an order in which they can be written."""
    found: dict[str, Sequence[Mapping[str, Any]]] = {}
    for table in SQLModel.metadata.sorted_tables:
        rows = [dict(row) for row in conn.execute(select(table)).mappings()]
        if rows:
            found[table.name] = rows
    return found


@lru_cache
def _statements(name: str, columns: tuple[str, ...]) -> tuple[Prepared, Prepared]:
    """What empties a table and what writes a row; most tests begin with them."""
    table = SQLModel.metadata.tables[name]
    return Prepared(table.delete()), Prepared(table.insert(), columns)


def write_rows(tx: Tx, rows: Rows) -> None:
    """Write them with the keys they had; what is drawn next comes after them."""
    for name, every in rows.items():
        delete, insert = _statements(name, tuple(every[0]))
        delete.change(tx.conn, {})
        insert.change_each(tx.conn, every)
        if tx.conn.dialect.name == "postgresql" and isinstance(every[0].get("id"), int):
            highest = max(row["id"] for row in every)
            tx.conn.execute(
                text("SELECT setval(pg_get_serial_sequence(:name, 'id'), :highest)"),
                {"name": f'"{name}"', "highest": highest},
            )
