"""The race helpers themselves: they must be able to lose."""

from sqlalchemy import text

from aufruf.core.clock import FixedClock
from aufruf.core.database import Database
from aufruf.core.runner import Runner
from aufruf.core.tx import Tx
from tests.races import drop_guard, race, winners

LOOK = text("SELECT count(*) FROM job_run")
WRITE = text(
    "INSERT INTO job_run (job, due_at, ran_at) VALUES ('once', '2026-11-25', '2026-11-25')"
)


def take_the_only_one(tx: Tx, nth: int) -> int:
    if tx.conn.execute(LOOK).scalar_one():
        raise LookupError
    tx.conn.execute(WRITE)
    return nth


def count(database: Database) -> int:
    return database.read_now(lambda conn: conn.execute(LOOK).scalar_one())


def test_race_with_lock_has_one_winner(database: Database, clock: FixedClock):
    ran = race(database, clock, take_the_only_one, racers=64, offices=[1], locked=True)
    assert winners(ran) == count(database) == 1
    assert {one.refused for one in ran} == {None, "LookupError"}


def test_race_without_lock_is_held_by_the_constraint(database: Database, clock: FixedClock):
    ran = race(database, clock, take_the_only_one, racers=64, meet_before="INSERT INTO job_run")
    assert all(one.met for one in ran)
    assert winners(ran) == count(database) == 1
    assert {one.refused for one in ran} == {None, "IntegrityError"}


def test_race_without_lock_and_constraint_overbooks(database: Database, clock: FixedClock):
    drop_guard(database, "pk_job_run")
    ran = race(database, clock, take_the_only_one, racers=64, meet_before="INSERT INTO job_run")
    assert all(one.met for one in ran)
    assert winners(ran) == count(database) == 64


def test_drop_guard_keeps_rows_and_other_constraints(database: Database, runner: Runner):
    def keep(tx: Tx) -> None:
        tx.conn.execute(WRITE)

    runner.run_now((), keep)
    drop_guard(database, "pk_job_run")
    runner.run_now((), keep)
    assert count(database) == 2
    for name in ("uq_ticket_busy_counter", "pk_place", "uq_ticket_area_id_day_letter_serial"):
        drop_guard(database, name)
