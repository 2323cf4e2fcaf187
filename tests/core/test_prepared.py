"""Statements run past SQLAlchemy say and do what they do through it, on both engines."""

from datetime import UTC, datetime
from typing import cast

import pytest
from sqlalchemy import (
    JSON,
    Column,
    Connection,
    Integer,
    MetaData,
    String,
    Table,
    bindparam,
    event,
    insert,
    select,
    text,
)
from sqlalchemy import update as change
from sqlalchemy.exc import IntegrityError
from sqlmodel.sql.sqltypes import UTCDateTime

from aufruf.core.database import Database
from aufruf.core.driver import savepoint
from aufruf.core.prepared import Prepared, among

thing = Table(
    "thing",
    MetaData(),
    Column("id", Integer, primary_key=True),
    Column("name", String(20), unique=True),
    Column("words", JSON(none_as_null=True)),
    Column("at", UTCDateTime()),
)
COLUMNS = ("name", "words", "at")
INSERT = Prepared(insert(thing).returning(thing.c.id, thing.c.at), COLUMNS)
INSERT_EACH = Prepared(insert(thing), COLUMNS)
FIND = Prepared(
    select(thing.c.name, thing.c.words, thing.c.at)
    .where(thing.c.at >= bindparam("since"), thing.c.name != "hidden")
    .order_by(thing.c.id)
)
NAMED = Prepared(select(thing.c.name, thing.c.at).where(among(thing.c.name, ("a", "c"))))
FORGET = Prepared(change(thing).where(thing.c.name == bindparam("of_name")).values(at=None))
SKIP = Prepared(
    text("INSERT INTO thing (name, at) VALUES (:name, :at) ON CONFLICT DO NOTHING").bindparams(
        bindparam("at", type_=UTCDateTime())
    )
)
NOON = datetime(2026, 11, 25, 11, 0, 0, 7, tzinfo=UTC)


def row(name: str, words: list[str] | None = None, at: datetime | None = NOON) -> dict[str, object]:
    return {"name": name, "words": words, "at": at}


def test_prepared_statement_keeps_the_types_and_counts_rows(database: Database) -> None:
    with database.write_engine.connect() as conn:
        conn.begin()
        thing.create(conn)
        first = INSERT.first(conn, row("a", ["x", "ä"]))
        assert first is not None
        assert first[1] == NOON
        assert INSERT_EACH.change_each(conn, [row("b"), row("hidden", []), row("d", at=None)]) == 3
        assert SKIP.change_each(conn, [row("a"), row("e")]) == 1
        assert FIND.all(conn, {"since": NOON}) == [
            ("a", ["x", "ä"], NOON), ("b", None, NOON), ("e", None, NOON)
        ]  # fmt: skip
        plain = select(thing.c.name, thing.c.words, thing.c.at).where(thing.c.id == first[0])
        assert tuple(conn.execute(plain).one()) == FIND.first(conn, {"since": NOON})
        assert (FORGET.change(conn, {"of_name": "a"}), FORGET.change(conn, {"of_name": "z"})) == (
            1,
            0,
        )
        assert cast("tuple[str]", FIND.first(conn, {"since": NOON}))[0] == "b"
        conn.rollback()


def test_prepared_statement_is_heard_by_who_listens_to_the_engine(
    sqlite_database: Database,
) -> None:
    """The races meet before a statement; they must not overlook one."""
    heard: list[str] = []

    def hear(_conn: Connection, _cursor: object, statement: str, *_rest: object) -> None:
        heard.append(statement)

    event.listen(sqlite_database.write_engine, "before_cursor_execute", hear)
    with sqlite_database.write_engine.connect() as conn:
        conn.begin()
        thing.create(conn)
        INSERT_EACH.change_each(conn, [row("a"), row("b")])
        FIND.all(conn, {"since": NOON})
        conn.rollback()
    assert [statement.split()[0] for statement in heard if "thing" in statement][-2:] == [
        "INSERT", "SELECT",
    ]  # fmt: skip


def test_prepared_statement_fails_as_sqlalchemy_does(database: Database) -> None:
    with database.write_engine.connect() as conn:
        conn.begin()
        thing.create(conn)
        INSERT_EACH.change(conn, row("a"))
        with pytest.raises(IntegrityError), conn.begin_nested():
            INSERT_EACH.change(conn, row("a"))
        assert len(FIND.all(conn, {"since": NOON})) == 1
        with pytest.raises(KeyError):
            FIND.all(conn, {})
        conn.rollback()


def test_rows_are_read_when_they_are_wanted(database: Database) -> None:
    """As they come they can be compared with what came before; read, they are as ever."""
    with database.write_engine.connect() as conn:
        conn.begin()
        thing.create(conn)
        INSERT_EACH.change_each(conn, [row("a"), row("b"), row("c", at=None)])
        first, again = NAMED.unread(conn, {}), NAMED.unread(conn, {})
        assert first == again
        assert [NAMED.read(conn, one) for one in first] == [("a", NOON), ("c", None)]
        assert NAMED.all(conn, {}) == [("a", NOON), ("c", None)]
        conn.rollback()


def test_words_are_ours() -> None:
    with pytest.raises(AssertionError):
        among(thing.c.name, ("a' OR 'a' = 'a",))


def test_savepoint_undoes_what_failed_and_nothing_else(database: Database) -> None:
    with database.write_engine.connect() as conn:
        conn.begin()
        thing.create(conn)
        INSERT_EACH.change_each(conn, [row("a")])
        with savepoint(conn):
            INSERT_EACH.change_each(conn, [row("b")])
        with pytest.raises(IntegrityError), savepoint(conn):
            INSERT_EACH.change_each(conn, [row("c")])
            INSERT_EACH.change_each(conn, [row("a")])
        assert NAMED.all(conn, {}) == [("a", NOON)]
        assert conn.execute(select(thing.c.name).order_by(thing.c.id)).scalars().all() == ["a", "b"]
        conn.rollback()
