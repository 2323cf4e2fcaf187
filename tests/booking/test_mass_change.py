"""An office that must close: everybody gets one other time, one mail or one call, and once."""

import asyncio
import re
from datetime import timedelta
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from aufruf.app.main import create_app
from aufruf.booking import services
from aufruf.booking.mass import store as mass_store
from aufruf.booking.mass.commands import Order, forget_called, tick_called
from aufruf.booking.mass.rules import Period
from aufruf.booking.mass.run import carry_on_all
from aufruf.booking.mass.view import is_open_in
from aufruf.core.clock import FixedClock
from aufruf.core.formats import local_day
from aufruf.core.secrets import new_token
from aufruf.office.directory import current_directory
from aufruf.office.hours.commands import change_hours, read_hours
from aufruf.office.hours.edit import HoursEdit, edit_back, hours_after
from aufruf.office.hours.history import changes_of
from aufruf.office.hours.said import read_rule, say_rule
from aufruf.office.rules import day_spans
from tests.booking.browser import settings_for
from tests.booking.desk import THURSDAY, Desk, at, refused
from tests.booking.mass import JUERGEN, POST, REASON, Ill
from tests.booking.test_pages import text_of

FRIDAY = THURSDAY + timedelta(days=1)
CHANGE = "/office/amtal-buergerbuero/change"


@pytest.fixture
def ill(desk: Desk) -> Ill:
    return Ill(desk)


def test_each_is_proposed_the_next_time_after_it_and_nobody_the_same(ill: Ill) -> None:
    """Two public places: three people of Thursday, and one who has Friday 8:00 already."""
    ill.desk.book(at("08:00", FRIDAY))
    for clock in ("11:00", "09:30", "10:00"):
        ill.book(at(clock))
    starts = [each.proposals for each in ill.preview().affected]
    assert starts == [
        (at("08:00", FRIDAY),),
        (at("08:15", FRIDAY),),
        (at("08:15", FRIDAY),),
    ]
    internal = [each.proposals for each in ill.preview(internal=True).affected]
    assert internal == [(at("08:00", FRIDAY),), (at("08:00", FRIDAY),), (at("08:15", FRIDAY),)]


def test_moved_by_mail_or_call_with_the_reason(ill: Ill) -> None:
    first, second = ill.book(at("09:30")), ill.book(at("10:00"), JUERGEN)
    change_id = ill.change()
    assert [ill.desk.find(each).start_at for each in (first, second)] == [at("08:00", FRIDAY)] * 2
    assert ill.desk.numbers(first) | ill.desk.numbers(second) == {1, 2}
    ((subject, text, method),) = ill.desk.mails()
    assert (REASON in text, method) == (True, "REQUEST")
    assert "27.11.2026" in subject
    told = [(each.result, each.told_by, each.name, each.phone) for each in ill.items(change_id)]
    call = ("moved", "call", "Jürgen Müller", "06081 1024-0")
    assert told == [("moved", "mail", None, None), call]


def test_cancelled_with_proposals_and_a_number_to_call(ill: Ill) -> None:
    mailed, called = ill.book(at("09:30")), ill.book(at("10:00"), JUERGEN)
    change_id = ill.change("cancel")
    assert {ill.desk.find(each).status for each in (mailed, called)} == {"cancelled"}
    assert ill.desk.find(called).name is None
    ((_, text, method),) = ill.desk.mails()
    assert method == "CANCEL"
    assert REASON in text
    assert len(re.findall(r"https://termine\.example/termin/amtal/zeit\?", text)) == 3
    assert [each.phone for each in ill.items(change_id)] == [None, "06081 1024-0"]


def test_who_was_called_is_forgotten_at_once_and_everybody_in_time(
    ill: Ill, clock: FixedClock
) -> None:
    ill.book(at("09:30"), JUERGEN)
    ill.book(at("10:00"), JUERGEN)
    change_id = ill.change("cancel")
    first, second = ill.items(change_id)
    office, run = ill.desk.office.id, ill.desk.runner.run_now
    tick = {"office_id": office, "change_id": change_id, "appointment_id": first.appointment_id}
    assert [run(office, tick_called, **tick) for _ in range(2)] == [True, False]
    first, second = ill.items(change_id)
    assert (first.name, first.phone, first.called_at) == (None, None, clock.now())
    assert second.name == "Jürgen Müller"
    clock.move(timedelta(days=2))  # Friday: Thursday's may still be called
    assert run((), forget_called) == 0
    clock.move(timedelta(days=1))
    assert run((), forget_called) == 1
    assert ill.items(change_id)[1].name is None


def test_pressed_twice_is_one_change(ill: Ill) -> None:
    ill.book(at("09:30"))
    order, shown = ill.order(), ill.preview()
    first = ill.plan(order, shown)
    ill.carry_out(first)
    assert ill.plan(order, shown) == first
    ill.carry_out(first)
    assert len(ill.desk.mails()) == 1


def test_crash_in_the_middle_is_carried_on_by_the_job(
    ill: Ill, clock: FixedClock, tmp_path: Path
) -> None:
    references = [ill.book(at(clock)) for clock in ("09:30", "10:00", "10:30")]
    change_id = ill.plan(ill.order("cancel"))
    ill.carry_out(change_id, most=1)
    assert [result for result, _ in ill.results(change_id)] == ["cancelled", "planned", "planned"]

    async def restart() -> None:
        app = create_app(settings_for(ill.desk.database, tmp_path), clock)
        async with app.router.lifespan_context(app):
            await asyncio.gather(*(carry_on_all(app.state.ground) for _ in range(2)))

    asyncio.run(restart())
    assert {ill.desk.find(each).status for each in references} == {"cancelled"}
    assert len(ill.desk.mails()) == 3
    change = ill.desk.database.read_now(mass_store.get_change, change_id)
    assert change is not None
    assert change.finished_at == clock.now()


def test_what_cannot_be_moved_is_left_and_says_why(ill: Ill) -> None:
    moved_away, taken = ill.book(at("09:30")), ill.book(at("10:00"))
    change_id = ill.plan(ill.order())
    ill.desk.run(services.move_appointment, moved_away, start=at("16:00"), post=POST)
    for _ in range(2):
        ill.desk.book(at("08:00", FRIDAY))
    ill.carry_out(change_id)
    assert ill.results(change_id) == [("left", "changed_meanwhile"), ("left", "slot_taken")]
    assert ill.desk.find(taken).start_at == at("10:00")
    assert len(ill.desk.mails()) == 1


def test_closed_time_takes_no_new_bookings(ill: Ill) -> None:
    reference = ill.book(at("09:30"))
    ill.change(close=True)
    assert ill.desk.find(reference).start_at == at("08:00", FRIDAY)
    with refused("closed_that_day", 409):
        ill.desk.book(at("09:30"))
    assert ill.desk.book(at("09:30", FRIDAY)).status == "confirmed"


def opened_specially(desk: Desk, *rules: dict[str, object]) -> None:
    """More special openings; they win over closures."""
    hours = desk.database.read_now(read_hours, desk.office)
    edit = HoursEdit(add_rules=tuple(read_rule({**SPECIAL, **rule}) for rule in rules))
    desk.runner.run_now(
        desk.office.id,
        change_hours,
        office_id=desk.office.id,
        edit=edit,
        version=hours.version,
        staff_id=Ill(desk).staff(),
    )


SPECIAL = {"from": "08:00", "to": "18:00", "mode": "mixed", "places": 2, "special": True}


@pytest.mark.parametrize(
    ("rules", "stays"),
    [
        ([{"valid_from": "2026-11-26", "valid_to": "2026-11-26"}], {"26T08:00"}),
        (
            [{"valid_from": "2026-11-25", "valid_to": "2026-11-30", "days": ["thu", "fri"]}],
            {"26T08:00", "27T08:00", "27T10:00"},
        ),
        # Nothing is left of this one: the usual hours of that day must not come back.
        ([{"valid_from": "2026-11-26", "valid_to": "2026-11-26", "from": "10:00"}], {"27T08:00"}),
    ],
)
def test_closed_time_takes_no_bookings_in_a_special_opening_either(
    ill: Ill, rules: list[dict[str, object]], stays: set[str]
) -> None:
    """Closed from 9:30 on; what lies before it and on other days holds on."""
    opened_specially(ill.desk, *rules)
    ill.book(at("10:00"))
    period = Period(at("09:30"), at("24:00"))
    key, before = new_token(), ill.desk.database.read_now(read_hours, ill.desk.office)
    shown = ill.preview("cancel", period)
    ill.plan(Order(key, "cancel", period, REASON, close=True), shown)
    office = ill.desk.runner.run_now(
        (), lambda tx: current_directory(tx).office(ill.desk.office.id)
    )
    assert not is_open_in(office, period)
    for said in stays:
        start = at(said[3:], THURSDAY.replace(day=int(said[:2])))
        assert any(span.start <= start < span.end for span in day_spans(office, local_day(start)))
    if rules[0].get("from"):
        assert day_spans(office, THURSDAY) == ()
    # One change in the history, which takes everything back.
    (change, *_) = ill.desk.database.read_now(changes_of, office, most=1)
    after = ill.desk.database.read_now(read_hours, office)
    back = edit_back(after, change, THURSDAY)
    assert back is not None
    assert sorted(map(str, map(say_rule, hours_after(after, back).rules.values()))) == sorted(
        map(str, map(say_rule, before.rules.values()))
    )


def test_hole_in_a_special_opening_is_a_break(ill: Ill) -> None:
    opened_specially(ill.desk, {"valid_from": "2026-11-26", "valid_to": "2026-11-27"})
    ill.book(at("10:00"))
    period = Period(at("09:58"), at("11:01"))
    order = Order(new_token(), "cancel", period, REASON, close=True)
    ill.plan(order, ill.preview("cancel", period))
    rules = ill.desk.database.read_now(read_hours, ill.desk.office).rules.values()
    said = [
        (rule.valid_from, rule.valid_to, [(one.start, one.end) for one in rule.breaks])
        for rule in rules
        if rule.special
    ]
    assert said == [(THURSDAY, THURSDAY, [(595, 665)]), (FRIDAY, FRIDAY, [])]


def test_only_what_is_done_for_a_service_or_pool_is_concerned(ill: Ill) -> None:
    ill.book(at("09:30"))
    pool = next(pool for pool in ill.desk.office.pools if not pool.main)
    assert ill.preview(pools=frozenset({pool.id})).affected == ()
    offer = ill.desk.house.offer()
    assert len(ill.preview(offers=frozenset({offer.id})).affected) == 1


def form_of(html: str) -> dict[str, str]:
    return dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', html))


def test_clerk_sees_everybody_before_one_press(bernd: TestClient, sick: Ill) -> None:
    kept, moved = sick.book(at("09:30")), sick.book(at("10:00"), JUERGEN)
    shown = bernd.get(f"{CHANGE}?from=2026-11-26&to=2026-11-26")
    words = text_of(shown.text)
    for said in ("2 Termine sind betroffen", "Jürgen Müller", "per Anruf", "27.11.2026, 08:00 Uhr"):
        assert said in words
    form = {**form_of(shown.text), "leave": str(sick.desk.find(kept).id)}
    nothing = bernd.post(CHANGE, data=form)
    assert (nothing.status_code, "Bitte geben Sie den Grund an" in nothing.text) == (422, True)
    done, twice = (bernd.post(CHANGE, data={**form, "reason": REASON}) for _ in range(2))
    assert done.status_code == 303
    assert twice.headers["location"] == done.headers["location"]
    one = text_of(bernd.get(done.headers["location"]).text)
    assert "1 verschoben 1 noch anzurufen" in one
    assert "06081 1024-0" in one
    assert [sick.desk.find(each).start_at.date() for each in (kept, moved)] == [THURSDAY, FRIDAY]
    item = {"appointment": str(sick.desk.find(moved).id)}
    ticked = bernd.post(f"{done.headers['location']}/called", data=item)
    assert ticked.status_code == 303
    after = text_of(bernd.get(done.headers["location"]).text)
    assert "06081" not in after
    assert "1 verschoben" in text_of(bernd.get(CHANGE).text)


def test_list_that_has_changed_is_shown_again(bernd: TestClient, sick: Ill) -> None:
    sick.book(at("09:30"))
    shown = bernd.get(f"{CHANGE}?when=day&day=2026-11-26&kind=cancel")
    sick.book(at("10:00"))
    answer = bernd.post(CHANGE, data={**form_of(shown.text), "reason": REASON})
    assert answer.status_code == 409
    assert "Es ist noch nichts geschehen" in answer.text
    again = bernd.post(CHANGE, data={**form_of(answer.text), "reason": REASON})
    assert "2 abgesagt" in text_of(bernd.get(again.headers["location"]).text)


@pytest.mark.parametrize(
    "query", ["when=day", "when=range&from=x&to=y", "from=2026-11-20&to=2026-11-21", "when=rest"]
)
def test_time_that_makes_no_sense_changes_nothing(bernd: TestClient, query: str) -> None:
    answer = bernd.get(f"{CHANGE}?{query}")
    assert answer.status_code == 200
    assert "Jetzt verschieben" not in answer.text


def test_change_of_another_office_is_unknown(bernd: TestClient, sick: Ill) -> None:
    sick.book(at("09:30"))
    change_id = sick.change()
    assert bernd.get(f"{CHANGE}/{change_id}").status_code == 200
    assert bernd.get(f"{CHANGE}/{change_id + 1}").status_code == 404
    assert bernd.get(f"/office/amtal-standesamt/change/{change_id}").status_code in {302, 303, 403}
