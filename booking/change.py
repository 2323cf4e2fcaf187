"""Commands that change or end a booked appointment: move, cancel, expire; and the recount."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from ..core.errors import DomainError
from ..core.formats import local_day
from ..core.tx import Tx
from ..office.changes import OpeningRulesChanged
from ..office.directory import current_directory
from ..office.infos import OfficeInfo
from . import place_store, store
from .capacity import check_start, overflowing, plans
from .cells import cell_mask, cell_of, cell_start, cells_of
from .day_plan import DayPlan
from .events import AppointmentCancelled, AppointmentMoved, PlacesRecounted
from .freeing import free_places_of, hand_on_lapsed
from .lookup import Held, check_alive, held_of, load, slugs_of
from .mails.sending import Post, send_cancellation, send_change
from .place_store import PlaceKey
from .places import choose_places, expire_appointment, refuse_taken, slots_of, take_places
from .rules import BEFORE_THE_VISIT, Wanted, check_bookable_by_staff, check_transition, read_request
from .store import Booked
from .waiting.offers import end_entry_of, withdraw_no_earlier, withdraw_offers
from .waiting.store import holds_of_offers


def move_appointment(
    tx: Tx,
    *,
    reference: str,
    start: datetime,
    by_staff: bool = False,
    internal: bool = True,
    post: Post | None = None,
    reason: str | None = None,
) -> Held:
    """Give an appointment another start, or leave everything as it was.

    Called by the holder or by staff; a `reason` tells the citizen that the office did it, and why.
    Staff may have the `internal` places, lead time and horizon aside, or do without.
    Takes the places it does not hold yet, then frees those it no longer needs: a move to an
    overlapping time works with one place too. Raises unknown_appointment, hold_expired,
    wrong_state, in_the_past (it has begun), what `check_start` raises, and slot_taken with
    alternatives.
    """
    booked = load(tx, reference)
    _check_changeable(tx, booked, by_staff=by_staff)
    if start == booked.start_at:
        return held_of(booked)
    office = current_directory(tx).office(booked.office_id)
    public = not (by_staff and internal)
    # What was booked may be moved, whatever the public may book by now.
    request = read_request(office, _wanted(tx, office, booked), check_bookable_by_staff)
    plan = plans.plan(office, local_day(start))
    check_start(office, plan, request, start, tx.now, public=public)
    end = start + timedelta(minutes=request.minutes)
    hand_on_lapsed(tx, post, office)
    no_longer = _take_for_move(
        tx,
        office,
        plan,
        booked,
        cells_of(start, request.minutes),
        request.pools,
        public=public,
    )
    if no_longer is None:
        refuse_taken(tx, office, request, start, public=public)
    if not store.move(tx.conn, booked, tx.now, start, end):
        raise DomainError("hold_expired", 409)
    moved = replace(booked, start_at=start, end_at=end, sequence=booked.sequence + 1)
    _pass_on(tx, post, office, booked, moved, no_longer, by_staff=by_staff)
    if moved.status == "confirmed":
        send_change(tx, post, office, moved, by_office=reason)
    return held_of(moved)


def _pass_on(
    tx: Tx,
    post: Post | None,
    office: OfficeInfo,
    booked: Booked,
    moved: Booked,
    no_longer: Sequence[PlaceKey],
    *,
    by_staff: bool,
) -> None:
    """Say that it has moved, and give the places it no longer needs to whoever waits for them."""
    tx.emit(
        office.id,
        AppointmentMoved(
            appointment_id=booked.id, previous_start=booked.start_at, start=moved.start_at
        ),
    )
    # Who chooses a later time waits for an earlier one no more.
    ends = moved.start_at > booked.start_at and not by_staff
    unneeded = end_entry_of(tx, booked.id) if ends else withdraw_no_earlier(tx, moved)
    free_places_of(tx, post, office, [*no_longer, *unneeded])


def cancel_appointment(
    tx: Tx,
    *,
    reference: str,
    by_staff: bool = False,
    post: Post | None = None,
    reason: str | None = None,
    proposals: Sequence[datetime] = (),
) -> None:
    """Call an appointment off, give its places on and forget who it was for.

    Called by the holder or by staff; a `reason` tells the citizen that the office did it, and why,
    with times it proposes instead. Raises unknown_appointment, hold_expired, wrong_state,
    in_the_past (it has begun).
    """
    booked = load(tx, reference)
    _check_changeable(tx, booked, by_staff=by_staff)
    check_transition(booked.status, "cancelled")
    if not store.change_status(tx.conn, booked.id, tx.now, (booked.status, "cancelled")):
        raise DomainError("hold_expired", 409)
    office = current_directory(tx).office(booked.office_id)
    unneeded = place_store.places_of(tx.conn, booked.id)
    tx.emit(booked.office_id, AppointmentCancelled(appointment_id=booked.id, start=booked.start_at))
    free_places_of(tx, post, office, [*unneeded, *end_entry_of(tx, booked.id)])
    if booked.status == "confirmed":
        gone = replace(booked, sequence=booked.sequence + 1)
        send_cancellation(tx, post, office, gone, by_office=reason, proposals=proposals)
    store.call_off(tx.conn, booked.id)


def expire_holds(tx: Tx, *, office_id: int) -> int:
    """Tidy up what has run out in an office; returns how many holds that were."""
    # What was held for the waiting list goes to whoever is next there (`waiting/commands.py`).
    offers = holds_of_offers(tx.conn, office_id)
    due = [each for each in store.due_holds(tx.conn, office_id, tx.now) if each not in offers]
    return sum(expire_appointment(tx, office_id, each) for each in due)


def recount_days(tx: Tx, change: OpeningRulesChanged) -> None:
    """The reaction to changed hours: count what no longer fits. Nothing that is booked is lost.

    Offers of times that are no longer open are withdrawn.
    """
    office = current_directory(tx).office(change.office_id)
    unfit = _find_unfit(tx, office)
    offers = holds_of_offers(tx.conn, office.id)
    free_places_of(tx, None, office, withdraw_offers(tx, office.id, offers & unfit))
    tx.emit(change.office_id, PlacesRecounted(conflicts=len(unfit - offers)))


def find_conflicts(tx: Tx, office: OfficeInfo) -> list[int]:
    """Appointments to come that no longer fit the hours.

    In each cell those booked last; and those whose services the hours are not for. Times held for
    the waiting list are no appointments yet, and give way first.
    """
    return sorted(_find_unfit(tx, office) - holds_of_offers(tx.conn, office.id))


def _find_unfit(tx: Tx, office: OfficeInfo) -> set[int]:
    offers = holds_of_offers(tx.conn, office.id)
    holders: dict[tuple[int, int], list[int]] = {}
    for pool, cell, appointment in place_store.coming_places(
        tx.conn, office.id, cell_of(tx.now), tx.now
    ):
        holders.setdefault((pool, cell), []).append(appointment)
    found: set[int] = set()
    for (pool, cell), appointments in holders.items():
        plan = plans.plan(office, local_day(cell_start(cell)))
        found.update(overflowing(plan.size(pool, cell, tx.now), appointments, offers))
        if not plan.is_for_all:
            mask = cell_mask(plan.first, range(cell, cell + 1))
            found.update(
                one for one in appointments if not mask & plan.cells_for(_offers_of(tx, one))
            )
    return found


def _offers_of(tx: Tx, appointment_id: int) -> frozenset[int]:
    return frozenset(offer_id for offer_id, _ in store.services_of(tx.conn, appointment_id))


def _check_changeable(tx: Tx, booked: Booked, *, by_staff: bool) -> None:
    check_alive(tx, booked)
    if booked.status not in BEFORE_THE_VISIT:
        raise DomainError("wrong_state", 409, {"state": booked.status})
    if booked.start_at <= tx.now and not by_staff:
        raise DomainError("in_the_past", 409)


def _wanted(tx: Tx, office: OfficeInfo, booked: Booked) -> list[Wanted]:
    counts = [count for _, count in store.services_of(tx.conn, booked.id)]
    slugs = slugs_of(tx, office, booked)
    return [Wanted(slug, count) for slug, count in zip(slugs, counts, strict=True)]


def _take_for_move(
    tx: Tx,
    office: OfficeInfo,
    plan: DayPlan,
    booked: Booked,
    cells: range,
    pools: tuple[int, ...],
    *,
    public: bool,
) -> list[PlaceKey] | None:
    """Take what the new time needs; returns the places it no longer does, or None for no room."""
    kept = {
        (place.pool_id, place.cell): place for place in place_store.places_of(tx.conn, booked.id)
    }
    wanted = slots_of(pools, cells)
    chosen = choose_places(
        tx, office, plan, [slot for slot in wanted if slot not in kept], public=public
    )
    if chosen is None or not take_places(
        tx,
        office,
        plan,
        chosen,
        appointment_id=booked.id,
        until=booked.held_until,
        public=public,
    ):
        return None
    return [place for slot, place in kept.items() if slot not in set(wanted)]
