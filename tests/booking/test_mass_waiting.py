"""An office that clears a time invites nobody from the waiting list into it."""

from collections.abc import Sequence

from aufruf.booking.lookup import Held
from aufruf.booking.mass import commands as mass
from aufruf.booking.mass.commands import Order, Planned
from aufruf.booking.mass.rules import whole_day
from aufruf.booking.taken_days import TakenDays
from aufruf.booking.waiting.line import days_to_offer
from aufruf.booking.waiting.rules import Window
from aufruf.core.clock import FixedClock
from tests.booking.desk import at
from tests.booking.mass import REASON, Ill
from tests.booking.test_waiting import CARLA
from tests.booking.waiting import FRIDAY, POST, Line


def plan(line: Line, held: Sequence[Held]) -> tuple[int, list[int]]:
    """A cancellation of these on Friday that leaves the office open; its id, the appointments."""
    found = [line.desk.find(each.reference) for each in held]
    change_id = line.desk.runner.run_now(
        line.registry.id,
        mass.plan_mass_change,
        office_id=line.registry.id,
        staff_id=Ill(line.desk).staff(),
        order=Order("key", "cancel", whole_day(FRIDAY), REASON),
        items=[Planned(each.id, each.start_at) for each in found],
    )
    return change_id, [each.id for each in found]


def offered(line: Line) -> list[str]:
    return [subject for subject, text, _ in line.desk.mails() if "/termin/angebot/" in text]


def test_cleared_time_is_offered_only_once_the_office_gives_it_back(
    line: Line, clock: FixedClock
) -> None:
    held = [line.book(at(start, FRIDAY)) for start in ("13:00", "14:00", "15:00")]
    line.wait(held[-1])
    line.wait_without(CARLA, Window(FRIDAY, FRIDAY))
    change_id, ids = plan(line, held)
    office, run = line.registry.id, line.desk.runner.run_now
    this = {"office_id": office, "change_id": change_id}
    for each in ids:
        item = {"change_id": change_id, "appointment_id": each}
        run(office, mass.carry_out_item, post=POST, **item)
        assert run(office, mass.give_back, **this) is False  # too early
    line.tidy(FRIDAY)
    assert (line.offers(), offered(line)) == ([], [])
    run(office, mass.finish_mass_change, change_id=change_id)
    line.tidy(FRIDAY)  # carried out, yet nobody has said that somebody is there
    look = (days_to_offer, TakenDays(), line.registry, clock.now())
    assert (line.desk.database.read_now(*look), line.offers()) == (set(), [])
    assert [run(office, mass.give_back, **this) for _ in range(2)] == [True, False]
    assert line.desk.database.read_now(*look) == {FRIDAY}
    line.tidy(FRIDAY)
    assert line.offer().start_at == at("13:00", FRIDAY)
    assert len(offered(line)) == 1


def test_time_beside_what_is_cleared_is_offered_as_ever(line: Line) -> None:
    beside = line.book(at("09:30"), "Bernd")
    cleared = line.book(at("13:00", FRIDAY), "Dora")
    line.wait(line.book(at("14:00", FRIDAY), "Amira"))
    plan(line, [cleared])
    line.cancel(beside)
    assert line.offer().start_at == at("09:30")
