"""Commands of a mass change: plan it, carry out one item, give its time back, tick off a call.

Each appointment is a command of its own, so that a crash in the middle loses nothing and what is
left can be carried on; the items say how far it has come. `mass/run.py` calls them one by one.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from ...core.errors import DomainError, not_found
from ...core.formats import day_start, iso_text, local_day
from ...core.tx import Tx
from ...office.directory import current_directory
from ...office.files.entry_hours import ClosureEntry
from ...office.hours.closures import WHOLE_DAY, MinuteRange
from ...office.hours.commands import change_hours, read_hours
from ...office.hours.cut import cut_special
from ...office.hours.edit import hours_after, office_with
from ...office.hours.said import clock
from ...office.infos import OfficeInfo
from ...office.rules import rules_in_force
from .. import store
from ..change import cancel_appointment, move_appointment
from ..mails.post import Post
from ..store import Booked
from . import store as mass_store
from .rules import Period
from .store import Change

KEPT_DAYS = 2  # how long after the original day names and numbers to call are kept at most


@dataclass(frozen=True, slots=True)
class Order:
    """What an office orders: to move or to cancel what begins in a period, and why.

    `key` is that of the page; `internal` lets moves take what the public may not; `close` ends all
    hours of the period first, so that nothing new is booked there.
    """

    key: str
    kind: str
    period: Period
    reason: str
    reason_en: str | None = None
    internal: bool = False
    close: bool = False


@dataclass(frozen=True, slots=True)
class Planned:
    """One appointment, when it was when it was planned, and what is proposed instead."""

    appointment_id: int
    previous_start: datetime
    proposals: tuple[datetime, ...] = ()


def plan_mass_change(
    tx: Tx, *, office_id: int, staff_id: int, order: Order, items: Sequence[Planned]
) -> int:
    """Write down what is to happen, and close the period if that is wanted; the change's id.

    Called by staff. The same key again is the same change. Appointments that are no longer as they
    were shown, or are in another mass change that is not done yet, are left out: of two clerks the
    first has them. Raises nothing_to_change (409) when none is left, and what `change_hours` does.
    """
    known = mass_store.find_by_key(tx.conn, order.key)
    if known is not None:
        return known
    busy = mass_store.planned_elsewhere(tx.conn, [each.appointment_id for each in items])
    mine = [each for each in items if each.appointment_id not in busy and _stands(tx, each)]
    if not mine:
        raise DomainError("nothing_to_change", 409)
    if order.close:
        close_period(tx, office_id=office_id, staff_id=staff_id, order=order)
    change_id = mass_store.insert_change(
        tx.conn,
        key=order.key,
        office_id=office_id,
        at=tx.now,
        staff_id=staff_id,
        kind=order.kind,
        from_at=order.period.since,
        to_at=order.period.until,
        reason=order.reason,
        reason_en=order.reason_en,
        internal=order.internal,
        # Closed time needs nobody to keep it free: whoever opens it again means it.
        given_back_at=tx.now if order.close else None,
    )
    mass_store.insert_items(
        tx.conn,
        (
            {
                "mass_change_id": change_id,
                "appointment_id": each.appointment_id,
                "result": "planned",
                "previous_start": each.previous_start,
                "proposals": [iso_text(start) for start in each.proposals],
            }
            for each in mine
        ),
    )
    return change_id


def close_period(tx: Tx, *, office_id: int, staff_id: int, order: Order) -> None:
    """Add a closure for each stretch of the period, and cut it out of special openings.

    Clerks may do it, though hours are for administrators: whoever may send everybody away must be
    able to stop that more come, at 7:30 and alone. The history names them, and only administrators
    open again (docs/decisions/0015-clerks-close-what-they-clear.md). Special openings win over
    closures (`office/rules.py`), so that a closure alone would leave them open.
    """
    office = current_directory(tx).office(office_id)
    hours = read_hours(tx.conn, office)
    closed = _closed_minutes(order.period)
    edit = cut_special(office, hours, closed)
    after = office_with(office, hours_after(hours, edit))
    # Where nothing is left of a special opening, the usual hours must not come back around it.
    closed |= {
        day: WHOLE_DAY for day in closed if _is_special(office, day) and not _is_special(after, day)
    }
    closures = tuple(
        ClosureEntry.model_validate(
            {"reason": order.reason, "reason_en": order.reason_en, **when},
        )
        for when in _stretches(closed)
    )
    change_hours(
        tx,
        office_id=office_id,
        edit=replace(edit, add_closures=closures),
        version=hours.version,
        staff_id=staff_id,
    )


def carry_out_item(tx: Tx, *, change_id: int, appointment_id: int, post: Post | None) -> None:
    """Move or cancel one appointment of a change, and tell the citizen; a second time nothing.

    Whoever moved or cancelled it meanwhile has won: it is left as it is, and nobody gets a second
    mail. Raises what `move_appointment` and `cancel_appointment` do; then `leave_item` is next.
    """
    change = _load(tx, change_id)
    item = mass_store.get_item(tx.conn, change_id, appointment_id)
    booked = store.get_appointment(tx.conn, appointment_id)
    if item is None or booked is None or item.result != "planned":
        return
    if booked.status != "confirmed" or booked.start_at != item.previous_start:
        mass_store.settle(tx.conn, change_id, appointment_id, "left", why="changed_meanwhile")
        return
    told_by = "mail" if booked.email else "call"
    mass_store.settle(
        tx.conn,
        change_id,
        appointment_id,
        "moved" if change.kind == "move" else "cancelled",
        told_by=told_by,
        name=booked.name if told_by == "call" else None,
        phone=booked.phone if told_by == "call" else None,
    )
    starts = [datetime.fromisoformat(each) for each in item.proposals]
    _carry_out(tx, change, booked, starts, post)


def leave_item(tx: Tx, *, change_id: int, appointment_id: int, why: str) -> None:
    """Say that something stood in the way: the code of the refusal."""
    mass_store.settle(tx.conn, change_id, appointment_id, "left", why=why[:40])


def finish_mass_change(tx: Tx, *, change_id: int) -> bool:
    """Close it once nothing is planned any more; whether it was this call."""
    return mass_store.finish(tx.conn, change_id, tx.now)


def give_back(tx: Tx, *, office_id: int, change_id: int) -> bool:
    """Let the waiting list be offered the time of a finished change again, as far as it is open.

    Called by staff; a second time, or before it is finished, False.
    """
    if _load(tx, change_id).office_id != office_id:
        raise not_found()
    return mass_store.give_back(tx.conn, change_id, tx.now)


def tick_called(tx: Tx, *, office_id: int, change_id: int, appointment_id: int) -> bool:
    """Somebody was reached: keep when, forget who. Called by staff; a second time False."""
    if _load(tx, change_id).office_id != office_id:
        raise not_found()
    return mass_store.tick_called(tx.conn, change_id, appointment_id, tx.now)


def forget_called(tx: Tx) -> int:
    """Delete names and numbers two days after the original day, reached or not; how many."""
    day = local_day(tx.now) - timedelta(days=KEPT_DAYS - 1)
    return mass_store.forget_people(tx.conn, day_start(day))


def _carry_out(
    tx: Tx, change: Change, booked: Booked, starts: Sequence[datetime], post: Post | None
) -> None:
    reason = change.reason
    if not booked.language.startswith("de"):
        reason = change.reason_en or change.reason
    if change.kind == "cancel":
        cancel_appointment(
            tx,
            reference=booked.reference,
            by_staff=True,
            post=post,
            reason=reason,
            proposals=starts,
        )
        return
    if not starts:
        raise DomainError("slot_taken", 409)
    move_appointment(
        tx,
        reference=booked.reference,
        start=starts[0],
        by_staff=True,
        internal=change.internal,
        post=post,
        reason=reason,
    )


def _stands(tx: Tx, planned: Planned) -> bool:
    booked = store.get_appointment(tx.conn, planned.appointment_id)
    return (
        booked is not None
        and booked.status == "confirmed"
        and booked.start_at == planned.previous_start
    )


def _closed_minutes(period: Period) -> dict[date, MinuteRange]:
    """Which local minutes of each day it takes; hours have a grain of five minutes."""
    found = {day: period.minutes_on(day) for day in period.days}
    return {day: (first - first % 5, -(-last // 5) * 5) for day, (first, last) in found.items()}


def _is_special(office: OfficeInfo, day: date) -> bool:
    return any(rule.special for rule in rules_in_force(office, day))


def _stretches(closed: Mapping[date, MinuteRange]) -> list[dict[str, object]]:
    """When it is closed, as entries of hours say it; whole days in a row are one."""
    found: list[dict[str, object]] = []
    for day, (first, last) in closed.items():
        if (first, last) == WHOLE_DAY and found and found[-1].get("last_day"):
            found[-1]["last_day"] = day
        elif (first, last) == WHOLE_DAY:
            found.append({"first_day": day, "last_day": day})
        else:
            found.append({"first_day": day, "from": clock(first), "to": clock(last)})
    return found


def _load(tx: Tx, change_id: int) -> Change:
    change = mass_store.get_change(tx.conn, change_id)
    if change is None:
        raise not_found()
    return change
