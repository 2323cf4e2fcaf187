"""Mass changes at the same moment as another clerk, or as the citizen. Each with its control."""

from datetime import timedelta

import pytest

from aufruf.booking import services
from aufruf.booking.mass.commands import Order, carry_out_item, plan_mass_change
from aufruf.core.clock import FixedClock
from aufruf.core.tx import Tx
from tests.booking.desk import THURSDAY, Desk, at
from tests.booking.mass import POST, REASON, THE_DAY, Ill
from tests.races import race, winners

FRIDAY = THURSDAY + timedelta(days=1)


@pytest.fixture
def ill(desk: Desk) -> Ill:
    return Ill(desk)


class Clerk:
    """Orders the same mass change as others, at the same moment, from a page of their own."""

    def __init__(self, ill: Ill) -> None:
        self.items = ill.planned(ill.preview("cancel"))
        self.office_id, self.staff_id = ill.desk.office.id, ill.staff()

    def __call__(self, tx: Tx, nth: int) -> int:
        order = Order(f"key-{nth}", "cancel", THE_DAY, REASON)
        return plan_mass_change(
            tx, office_id=self.office_id, staff_id=self.staff_id, order=order, items=self.items
        )


def test_of_two_clerks_one_has_the_appointments(ill: Ill, clock: FixedClock) -> None:
    ill.book(at("09:30"))
    offices = [ill.desk.office.id]
    ran = race(ill.desk.database, clock, Clerk(ill), racers=4, offices=offices, locked=True)
    assert winners(ran) == 1
    assert {one.refused for one in ran} == {None, "nothing_to_change"}


def test_clerks_need_the_lock_and_yet_nobody_is_told_twice(ill: Ill, clock: FixedClock) -> None:
    """The negative control: without the office's lock all of them plan it."""
    ill.book(at("09:30"))
    clerks = Clerk(ill)
    ran = race(ill.desk.database, clock, clerks, racers=4, meet_before="INSERT INTO mass_change ")
    assert all(one.met for one in ran)
    assert winners(ran) == 4
    for change_id in (one.value for one in ran):
        assert change_id is not None
        ill.carry_out(change_id)
    assert [method for _, _, method in ill.desk.mails()] == ["CANCEL"]


class Together:
    """The mass change and its citizen act at once: carried out, cancelled, moved."""

    def __init__(self, ill: Ill) -> None:
        self.reference = ill.book(at("09:30"))
        self.change_id = ill.plan(ill.order("cancel"))
        self.appointment_id = ill.desk.find(self.reference).id

    def __call__(self, tx: Tx, nth: int) -> None:
        if nth % 3 == 0:
            item = {"change_id": self.change_id, "appointment_id": self.appointment_id}
            carry_out_item(tx, post=POST, **item)
        elif nth % 3 == 1:
            services.cancel_appointment(tx, reference=self.reference, post=POST)
        else:
            services.move_appointment(tx, reference=self.reference, start=at("16:00"), post=POST)


def contradicts(ill: Ill, change_id: int) -> bool:
    """Whether somebody got mails that cannot both be true, or the office thinks it told them."""
    methods = [method for _, _, method in ill.desk.mails()]
    ((result, _),) = ill.results(change_id)
    by_office = [REASON in text for _, text, _ in ill.desk.mails()]
    if result == "cancelled":
        return methods != ["CANCEL"]
    return any(by_office) or methods.count("CANCEL") > 1


def test_mass_change_and_its_citizen_never_contradict_each_other(
    ill: Ill, clock: FixedClock
) -> None:
    act = Together(ill)
    offices = [ill.desk.office.id]
    ran = race(ill.desk.database, clock, act, racers=6, offices=offices, locked=True)
    assert {one.refused for one in ran} <= {None, "wrong_state"}
    assert not contradicts(ill, act.change_id)


def test_mass_change_has_to_look_again(ill: Ill) -> None:
    """The negative control: one that goes by what it saw when it was planned contradicts."""
    act = Together(ill)
    ill.desk.run(services.move_appointment, act.reference, start=at("16:00"), post=POST)
    blind = {"by_staff": True, "post": POST, "reason": REASON}
    ill.desk.run(services.cancel_appointment, act.reference, **blind)
    assert contradicts(ill, act.change_id)


class BothMove:
    """The mass change moves to Friday while the citizen moves to another time of Thursday.

    `blind` is a mass change that goes by what it saw when it was planned.
    """

    def __init__(self, ill: Ill, *, blind: bool = False) -> None:
        self.reference = ill.book(at("09:30"))
        self.change_id = ill.plan(ill.order())
        self.appointment_id = ill.desk.find(self.reference).id
        self.blind = blind

    def __call__(self, tx: Tx, nth: int) -> None:
        if nth % 2:
            services.move_appointment(tx, reference=self.reference, start=at("16:00"), post=POST)
        elif self.blind:
            services.move_appointment(
                tx,
                reference=self.reference,
                start=at("08:00", FRIDAY),
                by_staff=True,
                post=POST,
                reason=REASON,
            )
        else:
            item = {"change_id": self.change_id, "appointment_id": self.appointment_id}
            carry_out_item(tx, post=POST, **item)


def is_overruled(ill: Ill, act: BothMove) -> bool:
    """Whether the citizen's own time was taken from them: theirs counts, first or last."""
    return ill.desk.find(act.reference).start_at != at("16:00")


def test_mass_move_never_takes_the_time_that_a_citizen_chose(ill: Ill, clock: FixedClock) -> None:
    act, offices = BothMove(ill), [ill.desk.office.id]
    ran = race(ill.desk.database, clock, act, racers=4, offices=offices, locked=True)
    assert {one.refused for one in ran} == {None}
    assert not is_overruled(ill, act)
    ((result, _),) = ill.results(act.change_id)
    by_office = [REASON in text for _, text, _ in ill.desk.mails()]
    assert by_office.count(True) == (result == "moved")
    assert by_office[-1] is False
    assert len(ill.desk.places(act.reference)) == 3


def test_mass_move_has_to_look_again_too(ill: Ill) -> None:
    """The negative control: the blind one comes after the citizen, and overrules them."""
    act = BothMove(ill, blind=True)
    run = ill.desk.runner.run_now
    for nth in (1, 0):
        run(ill.desk.office.id, act, nth)
    assert is_overruled(ill, act)
