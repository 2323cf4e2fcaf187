"""What a command gets: the connection, the time, and the way to say what happened.

There is no commit and no rollback here; they belong to the runner.
"""

from collections.abc import Callable, Collection, Mapping
from datetime import datetime
from typing import Any, cast

from sqlalchemy import Connection, text

from .driver import Raw, Value
from .events import Event, Logged

Last = list[tuple[Raw, Mapping[str, Value]]]
Reactions = Mapping[type, Callable[["Tx", Any], None]]

# Key spaces of PostgreSQL's advisory locks, the first of two numbers.
OFFICE_LOCK = 1
AREA_LOCK = 2
SCHEDULER_LOCK = 3
MIGRATION_LOCK = 4

TAKE_LOCK = text("SELECT pg_advisory_xact_lock(CAST(:space AS integer), CAST(:number AS integer))")
NEXT_SEQ = Raw(
    "INSERT INTO event_sequence (office_id, seq) VALUES (:office_id, 1)"
    " ON CONFLICT (office_id) DO UPDATE SET seq = event_sequence.seq + 1 RETURNING seq"
)
APPEND = Raw(
    "INSERT INTO event_log (office_id, seq, at, type, data)"
    " VALUES (:office_id, :seq, :at, :type, :data)"
)


class Tx:
    """One command inside a transaction that it may share with others.

    `now` is the command's time. `batch` is a cache that lives as long as the shared transaction
    and is emptied when a command in it fails. `last` takes what is written before the commit, with
    that of the other commands; without it everything is written at once.
    """

    def __init__(
        self,
        conn: Connection,
        now: datetime,
        offices: Collection[int],
        batch: dict[str, object],
        reactions: Reactions,
        last: Last | None = None,
    ) -> None:
        self.conn = conn
        self.now = now
        self.batch = batch
        self._last = last
        self.emitted: list[Logged] = []
        self._offices = frozenset(offices)
        self._reactions = reactions

    def emit(self, office_id: int, event: Event) -> None:
        """Write the event to the office's log under its next number.

        The office must be one the command was run for; a command of the installation lane may emit
        for any office and takes its lock now (in ascending order, or it may have to be repeated).
        """
        if office_id not in self._offices:
            if self._offices:
                raise LookupError(f"office {office_id} is not among {sorted(self._offices)}")
            lock_office(self.conn, office_id)
        seq = _next_seq(self.conn, office_id)
        self.write_last(
            APPEND,
            {
                "office_id": office_id,
                "seq": seq,
                "at": self.now,
                "type": type(event).__name__,
                "data": event.model_dump_json(),
            },
        )
        self.emitted.append(Logged(office_id, seq, self.now, event))

    def write_last(self, statement: Raw, values: Mapping[str, Value]) -> None:
        """Write a row that nothing in this transaction reads: commands that share one write such
        rows together, in one statement before the commit.
        """
        if self._last is None:
            statement.run(self.conn, values)
        else:
            self._last.append((statement, values))

    def react(self, change: object) -> None:
        """Let the parts above do, in this transaction, what this change asks of them."""
        reaction = self._reactions.get(type(change))
        if reaction is not None:
            reaction(self, change)

    def lock_area(self, area_id: int) -> None:
        """Hold the waiting area until the commit. SQLite has one writer and needs nothing."""
        if self.conn.dialect.name == "postgresql":
            self.conn.execute(TAKE_LOCK, {"space": AREA_LOCK, "number": area_id})


def lock_office(conn: Connection, office_id: int) -> None:
    """Hold the office until the commit, so that its events commit in the order of their numbers."""
    if conn.dialect.name == "postgresql":
        conn.execute(TAKE_LOCK, {"space": OFFICE_LOCK, "number": office_id})


def _next_seq(conn: Connection, office_id: int) -> int:
    row = NEXT_SEQ.run(conn, {"office_id": office_id})
    assert row is not None
    return cast("int", row[0])
