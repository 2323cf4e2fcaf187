"""What keeps the public from drawing a number: hours, an early closing, contingents, a full day.

Staff pass all of it. The statements are in `lock_store.py`; the next free appointment that is
offered instead is looked up by the handlers (`next_free.py`), never under the office's lock.
"""

from collections.abc import Callable, Collection, Iterable
from datetime import datetime, timedelta
from typing import Literal, cast

from ...booking.rules import Request
from ...core.errors import DomainError
from ...core.formats import local_day
from ...core.tx import Tx
from ...office.directory import OfficeInfo
from ...office.rules import walk_in_day_ends, walk_in_until
from ..closing.store import closed_early_at
from ..forecasting.ranges import Range
from ..state import OfficeState, TicketNow
from . import lock_store

Lock = Literal["closed_early", "tickets_used_up", "full_today"]
_CLOSED_EARLY = "queue.closed early"


def check_may_draw(tx: Tx, office: OfficeInfo, request: Request) -> None:
    """Before a walk-in's ticket is written; without contingents this costs no statement of its own
    but a look at the day, shared by all commands of the transaction.

    Hours may be for named services only: outside these not_walk_in, while others are served.
    Raises that, office_closed, past_cutoff, closed_early, tickets_used_up (409).
    """
    _check_hours(office, request, tx.now)
    if is_closed_early(tx, office):
        raise DomainError("closed_early", 409)
    day = local_day(tx.now)
    used_up = contingent_used_up(
        office,
        request.offers,
        lambda offer_id: lock_store.count_walk_ins(tx.conn, office.id, day, offer_id),
    )
    if used_up is not None:
        raise DomainError("tickets_used_up", 409, {"scope": used_up})


def check_not_full(
    office: OfficeInfo, offers: Collection[int], wait: Range | None, now: datetime
) -> None:
    """Once the wait is known. Raises full_today (409): nobody draws a number for after closing."""
    if is_full(office, offers, wait, now):
        raise DomainError("full_today", 409)


def lock_of(
    office: OfficeInfo,
    offers: Collection[int],
    state: OfficeState,
    wait: Callable[[], Range | None],
) -> Lock | None:
    """The same as the office's picture shows it, during walk-in hours: why these offers together
    get no number, as the code of the refusal; None when they do. `wait` reckons a newcomer's."""
    if state.closed_early_at is not None:
        return "closed_early"
    if contingent_used_up(office, offers, lambda one: count_walk_ins(state.tickets, one)):
        return "tickets_used_up"
    if office.stop_when_full and is_full(office, offers, wait(), state.now):
        return "full_today"
    return None


def contingent_used_up(
    office: OfficeInfo, offers: Collection[int], count: Callable[[int | None], int]
) -> str | None:
    """Whose contingent of the day is used up, "office" or "service"; `count` is asked only where
    there is one: with None for all walk-ins, with an offer for those who came for it."""
    if office.tickets_per_day is not None and count(None) >= office.tickets_per_day:
        return "office"
    for offer in office.offers:
        most = offer.tickets_per_day
        if most is not None and offer.id in offers and count(offer.id) >= most:
            return "service"
    return None


def count_walk_ins(tickets: Iterable[TicketNow], offer_id: int | None) -> int:
    """What `lock_store.count_walk_ins` counts, of tickets that are known: numbers drawn today,
    those of staff among them; what was discarded or given back is free again."""
    return sum(
        ticket.appointment_id is None
        and ticket.channel == "on_site"
        and ticket.status != "cancelled"
        and (offer_id is None or any(one.offer_id == offer_id for one in ticket.services))
        for ticket in tickets
    )


def is_full(office: OfficeInfo, offers: Collection[int], wait: Range | None, now: datetime) -> bool:
    """Whether even the low end of the wait lies after the end of the walk-in day. Without a figure
    nobody is turned away: no counter may be open yet."""
    if not office.stop_when_full or wait is None:
        return False
    ends = walk_in_day_ends(office, now, offers)
    return ends is not None and now + timedelta(minutes=wait.low_minutes) > ends


def forget_closing(tx: Tx) -> None:
    """The office closed early, or opened again; what was read is not true any more."""
    tx.batch.pop(_CLOSED_EARLY, None)


def _check_hours(office: OfficeInfo, request: Request, now: datetime) -> None:
    until = walk_in_until(office, now, request.offers)
    if until is None and walk_in_until(office, now) is not None:
        raise DomainError("not_walk_in", 409, {"service": ", ".join(request.slugs)})
    if until is None:
        raise DomainError("office_closed", 409)
    if now >= until:
        raise DomainError("past_cutoff", 409)


def is_closed_early(tx: Tx, office: OfficeInfo) -> bool:
    """Read once for all commands that share the transaction."""
    known = cast("dict[int, bool]", tx.batch.setdefault(_CLOSED_EARLY, {}))
    if office.id not in known:
        known[office.id] = closed_early_at(tx.conn, office.id, local_day(tx.now)) is not None
    return known[office.id]
