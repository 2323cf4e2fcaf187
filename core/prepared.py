"""Core statements compiled once for each engine, then run straight on the driver.

SQLAlchemy spends some 60 us of processor time on every execution of a statement it has compiled
already, and a booking has a dozen of them (measured); this spends a few. The statement and its
types stay SQLAlchemy's. Not for statements with lists of values (`IN`), which it expands each time;
fixed words are written out by `among`.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import cast

from sqlalchemy import ColumnElement, Connection, Dialect, Select, TextClause, literal_column
from sqlalchemy.sql.dml import UpdateBase
from sqlalchemy.types import TypeEngine

from .driver import Cursor, run_on_driver

Statement = Select[*tuple[object, ...]] | UpdateBase | TextClause
Row = tuple[object, ...]
Values = Mapping[str, object]
Convert = Callable[[object], object]


@dataclass(frozen=True, slots=True)
class _Compiled:
    """A statement in an engine's words: how values go in, and how columns come out."""

    text: str
    fixed: Values
    names: tuple[str, ...] | None
    into: Mapping[str, Convert]
    out_of: tuple[tuple[int, Convert], ...]

    def bind(self, values: Values) -> Sequence[object] | Values:
        """The values as the driver takes them: by position where it counts, else by name."""
        bound = {**self.fixed, **values}
        for name, convert in self.into.items():
            bound[name] = convert(bound[name])
        return bound if self.names is None else [bound[name] for name in self.names]

    def read(self, row: Row) -> Row:
        if not self.out_of:
            return row
        values = list(row)
        for place, convert in self.out_of:
            values[place] = convert(values[place])
        return tuple(values)


class Prepared:
    """A statement to be run often. `columns` are those that an insert will name."""

    def __init__(self, statement: Statement, columns: Sequence[str] | None = None) -> None:
        self._statement = statement
        self._columns = columns
        self._known: dict[str, _Compiled] = {}

    def all(self, conn: Connection, values: Values) -> list[Row]:
        """Every row of the result."""
        compiled, cursor = self._run(conn, values)
        rows = cast("list[Row]", cursor.fetchall())
        cursor.close()
        return [compiled.read(row) for row in rows] if compiled.out_of else rows

    def unread(self, conn: Connection, values: Values) -> list[Row]:
        """Every row as the driver gave it; `read` makes of one what `all` would give.

        For who reads the same rows again and again: equal ones need not be read anew.
        """
        _, cursor = self._run(conn, values)
        rows = cast("list[Row]", cursor.fetchall())
        cursor.close()
        return rows

    def read(self, conn: Connection, row: Row) -> Row:
        """One of the rows that `unread` gave."""
        return self._compiled(conn.dialect).read(row)

    def first(self, conn: Connection, values: Values) -> Row | None:
        """The first row of the result, where there is one."""
        compiled, cursor = self._run(conn, values)
        row = cast("Row | None", cursor.fetchone())
        cursor.close()
        return None if row is None else compiled.read(row)

    def change(self, conn: Connection, values: Values) -> int:
        """How many rows it changed."""
        _, cursor = self._run(conn, values)
        changed = cursor.rowcount
        cursor.close()
        return changed

    def change_each(self, conn: Connection, rows: Sequence[Values]) -> int:
        """The same for several sets of values at once; how many rows they changed together."""
        compiled = self._compiled(conn.dialect)
        bound = [compiled.bind(values) for values in rows]
        cursor = run_on_driver(conn, compiled.text, bound, many=True)
        changed = cursor.rowcount
        cursor.close()
        return changed

    def _run(self, conn: Connection, values: Values) -> tuple[_Compiled, Cursor]:
        compiled = self._compiled(conn.dialect)
        return compiled, run_on_driver(conn, compiled.text, compiled.bind(values))

    def _compiled(self, dialect: Dialect) -> _Compiled:
        found = self._known.get(dialect.name)
        if found is None:
            found = self._known[dialect.name] = _compile(self._statement, dialect, self._columns)
        return found


def among(column: ColumnElement[str], words: Collection[str]) -> ColumnElement[bool]:
    """Whether a column holds one of these words of ours (not of anybody's typing)."""
    assert all(word.isidentifier() for word in words)
    return column.in_([literal_column(f"'{word}'") for word in words])


def _compile(statement: Statement, dialect: Dialect, columns: Sequence[str] | None) -> _Compiled:
    compiled = statement.compile(dialect=dialect, column_keys=columns)
    binds = {name: bound for bound, name in compiled.bind_names.items()}
    into = {name: _into(bound.type, dialect) for name, bound in binds.items()}
    return _Compiled(
        text=str(compiled),
        fixed={name: compiled.params[name] for name in binds if not binds[name].required},
        names=tuple(compiled.positiontup) if compiled.positiontup is not None else None,
        into={name: convert for name, convert in into.items() if convert is not None},
        out_of=tuple(_readers(statement, dialect)),
    )


def _readers(statement: Statement, dialect: Dialect) -> list[tuple[int, Convert]]:
    if isinstance(statement, TextClause):
        return []
    kinds = [column.type for column in statement.exported_columns]
    found = [
        cast("Convert | None", kind.dialect_impl(dialect).result_processor(dialect, None))
        for kind in kinds
    ]
    return [(place, convert) for place, convert in enumerate(found) if convert is not None]


def _into(kind: TypeEngine[object], dialect: Dialect) -> Convert | None:
    return cast("Convert | None", kind.dialect_impl(dialect).bind_processor(dialect))
