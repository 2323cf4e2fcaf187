"""Commands that share a commit: one transaction, a savepoint each, and all told the truth.

Synchronous and on one connection; who runs when is decided in `lanes.py`.
"""

import logging
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from .clock import Clock
from .database import Database, is_breakdown, is_contention
from .driver import Raw, Value
from .errors import try_again
from .events import Logged
from .tx import Last, Reactions, Tx, lock_office

log = logging.getLogger(__name__)

SAVEPOINT = Raw("SAVEPOINT command")
RELEASE = Raw("RELEASE SAVEPOINT command")
ROLLBACK = Raw("ROLLBACK TO SAVEPOINT command")


@dataclass(frozen=True, slots=True)
class Command:
    """What is to be run, and the offices it may change."""

    offices: tuple[int, ...]
    act: Callable[[Tx], object]


@dataclass(slots=True)
class Outcome:
    """What became of one command: a value, or the error to raise."""

    value: object = None
    error: Exception | None = None


@dataclass(slots=True)
class Done:
    """What became of a batch; `outcomes` in the order of the commands. `last` is still to be
    written."""

    outcomes: list[Outcome] = field(default_factory=list[Outcome])
    events: list[Logged] = field(default_factory=list[Logged])
    last: Last = field(default_factory=Last)


class BrokenError(Exception):
    """The transaction is lost, or nobody can say what a commit would keep."""


class ContentionError(Exception):
    """The database chose this transaction to give way to another."""


class BatchWriter:
    """Runs batches. Safe to use from several threads; each batch has its own connection."""

    def __init__(self, database: Database, clock: Clock, reactions: Reactions) -> None:
        self._database = database
        self._clock = clock
        self._reactions = reactions

    def run(self, offices: Collection[int], commands: Sequence[Command]) -> Done:
        """Run the commands in one transaction that holds these offices.

        Never raises what a command raised: that is its outcome. When the transaction breaks, every
        command's outcome is `try_again`, those included that had succeeded or been refused, for
        nothing was saved.
        """
        try:
            return self._attempt(offices, commands)
        except ContentionError as contention:
            log.info("a batch of %d gave way and is repeated", len(commands), exc_info=contention)
            return self._one_by_one(offices, commands)
        except BrokenError as broken:
            return _nothing_saved(commands, broken)

    def _one_by_one(self, offices: Collection[int], commands: Sequence[Command]) -> Done:
        done = Done()
        for command in commands:
            try:
                one = self._attempt(offices, [command])
            except (BrokenError, ContentionError) as error:
                one = _nothing_saved([command], error)
            done.outcomes += one.outcomes
            done.events += one.events
        return done

    def _attempt(self, offices: Collection[int], commands: Sequence[Command]) -> Done:
        conn = self._open(offices)
        try:
            done = self._run_all(conn, commands)
            self._finish(conn, done)
        except BaseException:
            self._database.throw_away(conn)
            raise
        conn.close()
        return done

    def _open(self, offices: Collection[int]) -> Connection:
        """A connection inside a transaction that holds the offices, in ascending order.

        A kept connection may have died since (the server was restarted), or the lock have taken too
        long; nothing has been run yet, so a second try on a fresh one is safe.
        """
        for last in (False, True):
            conn = self._database.write_engine.connect()
            try:
                conn.begin()
                if not offices:
                    # psycopg begins with the first statement: without one, an unused transaction
                    # would look like a lost one.
                    conn.exec_driver_sql("SELECT 1")
                for office_id in sorted(offices):
                    lock_office(conn, office_id)
                return conn
            except SQLAlchemyError as error:
                self._database.throw_away(conn)
                if last:
                    raise BrokenError from error
        raise AssertionError("unreachable")

    def _run_all(self, conn: Connection, commands: Sequence[Command]) -> Done:
        done, cache = Done(), dict[str, object]()
        shared = len(commands) > 1
        for command in commands:
            last = Last()
            tx = Tx(conn, self._clock.now(), command.offices, cache, self._reactions, last)
            outcome = self._run_one(tx, command, shared=shared)
            if outcome.error is None:
                done.events += tx.emitted
                done.last += last
            else:
                cache.clear()
            done.outcomes.append(outcome)
        return done

    def _run_one(self, tx: Tx, command: Command, *, shared: bool) -> Outcome:
        try:
            if shared:
                SAVEPOINT.run(tx.conn, {})
            outcome = Outcome(command.act(tx))
            if shared:
                RELEASE.run(tx.conn, {})
        except Exception as error:  # noqa: BLE001  (handed on to whoever asked for the command)
            self._take_back(tx.conn, error, shared=shared)
            return Outcome(error=error)
        if shared and not self._database.can_commit(tx.conn):
            raise BrokenError("a command left the transaction")
        return outcome

    def _take_back(self, conn: Connection, error: Exception, *, shared: bool) -> None:
        if is_contention(error):
            raise ContentionError from error
        if is_breakdown(error) or not self._database.is_inside(conn):
            raise BrokenError from error
        if not shared:
            return  # the whole transaction is rolled back
        try:
            ROLLBACK.run(conn, {})
            RELEASE.run(conn, {})
        except SQLAlchemyError as second:
            raise BrokenError from second

    def _finish(self, conn: Connection, done: Done) -> None:
        if all(outcome.error for outcome in done.outcomes):
            conn.rollback()
            return
        if not self._database.can_commit(conn):
            raise BrokenError("the transaction was lost before its commit")
        try:
            _write_last(conn, done.last)
            conn.commit()
        except SQLAlchemyError as error:
            if is_contention(error):
                raise ContentionError from error
            raise BrokenError from error


def _write_last(conn: Connection, last: Last) -> None:
    rows: dict[Raw, list[Mapping[str, Value]]] = {}
    for statement, values in last:
        rows.setdefault(statement, []).append(values)
    for statement, each in rows.items():
        statement.run_each(conn, each)


def _nothing_saved(commands: Sequence[Command], error: Exception) -> Done:
    log.error("a transaction of %d commands was lost", len(commands), exc_info=error)
    return Done([Outcome(error=_because(error)) for _ in commands])


def _because(error: Exception) -> Exception:
    refusal = try_again()
    refusal.__cause__ = error
    return refusal
