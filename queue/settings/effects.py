"""What another way of calling would do, before it is saved: facts of this office today. Pure.

Each effect is the key of a sentence (`calling.effect.…`) with what fills it; the words are put
together in `words.py`.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from ...core.formats import at_local, number_text
from ...office.calling.said import STRICTLY_FIRST, Calling, may_call_any
from ...office.calling.store import Clerk
from ...office.infos import CounterInfo, OfferInfo, OfficeInfo
from ...office.rules import walk_in_until
from ..drawing.locks import count_walk_ins
from ..rules import rank_of_appointment, serves
from ..state import OfficeState, TicketNow
from .form import shown_offers

TEN = 600
"""The appointment that examples are about: at ten, in minutes after midnight."""

SHORTEST_WAY = 60
"""Seconds between two calls below which somebody slow is missed."""

CHIME_SECONDS = 1
SENTENCE_SECONDS = 4.6
"""A call said once in one language, with the breath before the next (measured with clips made)."""

LONG_CALL_SECONDS = 15
"""Above this, calls that come together keep each other waiting."""

Fill = int | str | datetime | list[str]


@dataclass(frozen=True, slots=True)
class Effect:
    key: str
    values: Mapping[str, Fill]
    warns: bool = False


@dataclass(frozen=True, slots=True)
class Change:
    """The office as it calls and as it would, on this day."""

    before: OfficeInfo
    after: OfficeInfo
    state: OfficeState
    clerks: tuple[Clerk, ...] = ()
    rights: Calling | None = None


def effects_of(change: Change) -> list[Effect]:
    """Everything that would be different, the plain before the worrying."""
    found = [
        *_head_start(change),
        *_grace(change),
        *_absent(change),
        *_cutoff(change),
        *_per_day(change),
        *_full(change),
        *_recalls(change),
        *_announced(change),
        *_counters(change),
        *_rights(change),
        *_orphans(change),
    ]
    return sorted(found, key=lambda effect: effect.warns)


def _head_start(change: Change) -> Iterator[Effect]:
    before, after = change.before.head_start_minutes, change.after.head_start_minutes
    if before == after:
        return
    start = at_local(change.state.day, TEN)
    if after != STRICTLY_FIRST:
        yield Effect("head_start", {"start": start, "rank": _rank(change.after, start)})
    if before == STRICTLY_FIRST:
        yield Effect("was_strict", {})
    else:
        yield Effect("was_head_start", {"start": start, "rank": _rank(change.before, start)})
    if after == STRICTLY_FIRST:
        yield Effect("strict", {}, warns=True)
    else:
        drawn = start - timedelta(minutes=20)
        yield Effect("overtaking", {"drawn": drawn, "last": drawn + timedelta(minutes=after)})


def _rank(office: OfficeInfo, start: datetime) -> datetime:
    """What an appointment counts from that is checked in in time."""
    return rank_of_appointment(
        start,
        start,
        head_start_minutes=office.head_start_minutes,
        grace_minutes=office.grace_minutes,
    )


def _grace(change: Change) -> Iterator[Effect]:
    start = at_local(change.state.day, TEN)
    before, after = (
        start + timedelta(minutes=one.grace_minutes) for one in (change.before, change.after)
    )
    if before != after:
        yield Effect("grace", {"start": start, "last": after, "before": before})


def _absent(change: Change) -> Iterator[Effect]:
    if change.after.calls_absent and not change.before.calls_absent:
        coming = sum(one.start >= change.state.now for one in change.state.expected)
        yield Effect("absent_on", {"n": coming})
    if change.before.calls_absent and not change.after.calls_absent:
        yield Effect("absent_off", {}, warns=True)


def _cutoff(change: Change) -> Iterator[Effect]:
    if change.before.cutoff_minutes == change.after.cutoff_minutes:
        return
    now = change.state.now
    before, after = (walk_in_until(one, now) for one in (change.before, change.after))
    if before is None or after is None:
        yield Effect("cutoff", {"n": change.after.cutoff_minutes})
    elif after <= now:
        yield Effect("cutoff_past", {"until": after}, warns=True)
    else:
        yield Effect("cutoff_today", {"until": after, "before": before})


def _per_day(change: Change) -> Iterator[Effect]:
    most = change.after.tickets_per_day
    if most != change.before.tickets_per_day:
        yield _contingent(most, count_walk_ins(change.state.tickets, None), None)
    for before, after in zip(change.before.offers, change.after.offers, strict=True):
        if before.tickets_per_day != after.tickets_per_day:
            drawn = count_walk_ins(change.state.tickets, after.id)
            yield _contingent(after.tickets_per_day, drawn, after)


def _contingent(most: int | None, drawn: int, offer: OfferInfo | None) -> Effect:
    of = "" if offer is None else "_service"
    values: dict[str, Fill] = {} if offer is None else {"service": offer.service.slug}
    if most is None:
        return Effect(f"no_contingent{of}", values)
    values |= {"n": drawn, "most": most}
    return Effect(f"contingent{of}{'_used' if drawn >= most else ''}", values, warns=drawn >= most)


def _full(change: Change) -> Iterator[Effect]:
    if change.before.stop_when_full != change.after.stop_when_full:
        yield Effect("full_on" if change.after.stop_when_full else "full_off", {})


def _recalls(change: Change) -> Iterator[Effect]:
    before, after = (one.recall_limit * one.recall_seconds for one in (change.before, change.after))
    again = change.before.recall_limit != change.after.recall_limit
    if before != after or again:
        values: dict[str, Fill] = {"n": change.after.recall_limit, "wait": after, "before": before}
        yield Effect("recalls", values)
    seconds = change.after.recall_seconds
    if seconds < SHORTEST_WAY and seconds != change.before.recall_seconds:
        yield Effect("recalls_short", {}, warns=True)


def _announced(change: Change) -> Iterator[Effect]:
    before, after = (
        (one.announce_times, one.announce_language) for one in (change.before, change.after)
    )
    if before == after:
        return
    times, language = after
    seconds = call_seconds(times, language)
    values: dict[str, Fill] = {"n": times, "wait": seconds}
    if language is None:
        yield Effect("announced", values)
    else:
        yield Effect("announced_in", {**values, "language": language})
    if seconds > LONG_CALL_SECONDS:
        yield Effect("announced_long", {}, warns=True)


def call_seconds(times: int, language: str | None) -> int:
    """How long a call sounds, about: chime, and every sentence."""
    return round(CHIME_SECONDS + SENTENCE_SECONDS * times * (1 if language is None else 2))


def _counters(change: Change) -> Iterator[Effect]:
    for before, after in zip(change.before.counters, change.after.counters, strict=True):
        for key, offers in (
            ("serves", after.offers - before.offers),
            ("serves_not", before.offers - after.offers),
        ):
            names = [o.service.slug for o in change.after.offers if o.id in offers]
            if names:
                yield Effect(key, {"counter": after.slug, "services": names})


def _rights(change: Change) -> Iterator[Effect]:
    for clerk in change.clerks:
        may = (change.rights or {}).get(may_call_any(clerk.id), clerk.may_call_any)
        if may != clerk.may_call_any:
            yield Effect("may" if may else "may_not", {"name": clerk.name})


def _orphans(change: Change) -> Iterator[Effect]:
    """Who waits for what no counter could do any more, and services nobody does."""
    lost = [
        number_text(ticket.number)
        for ticket in (*change.state.waiting, *change.state.parked)
        if _can_be_served(ticket, change.before.counters)
        and not _can_be_served(ticket, change.after.counters)
    ]
    if lost:
        yield Effect("orphans", {"n": len(lost), "numbers": lost}, warns=True)
    today = sum(
        not any(one.offers <= counter.offers for counter in change.after.counters)
        for one in change.state.expected
    )
    newly = [one for one in unserved(change.after) if one not in unserved(change.before)]
    if newly:
        yield Effect("unserved", {"services": newly}, warns=True)
        if today:
            yield Effect("unserved_expected", {"n": today}, warns=True)


def unserved(office: OfficeInfo) -> list[str]:
    """Services of the office that no counter does, by slug."""
    served = frozenset[int]().union(*(counter.offers for counter in office.counters))
    return [
        offer.service.slug
        for offer in shown_offers(office)
        if (offer.walk_in or offer.bookable) and offer.id not in served
    ]


def _can_be_served(ticket: TicketNow, counters: tuple[CounterInfo, ...]) -> bool:
    return any(
        serves(counter, ticket.offers, step_free=ticket.step_free, only=None)
        for counter in counters
        if ticket.reserved_counter_id in (None, counter.id)
    )
