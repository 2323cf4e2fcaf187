"""When an office is open, for whom, and which counter can serve what. Pure: `now` is passed in.

Special rules replace the weekly ones on their days and win over closures and holidays; breaks and
closures of part of a day cut pieces out. Local times become UTC here, so that the two nights when
the clocks change come out right.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Protocol

from ..core.formats import at_local, local, local_day
from .hours.closures import MinuteRange, closed_times, closing_reason, closures_on, without
from .hours.dates import is_nth_week, is_nth_weekday
from .infos import OfficeInfo, RuleInfo

APPOINTMENT, WALK_IN, MIXED = "appointment", "walk_in", "mixed"


class HasOffers(Protocol):
    """A counter, as far as its skills matter here."""

    @property
    def offers(self) -> frozenset[int]: ...


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of opening hours in UTC. `places` is pool -> (public, total), none for walk-ins.

    `begins` is where its rule begins on that day: starts are counted from there, on either side
    of a break. The public may book from `opens_at` on; before `released_at` so many of its places
    are `held_back`. `offers` is None when it is for all services.
    """

    start: datetime
    end: datetime
    mode: str
    places: Mapping[int, tuple[int, int]]
    lead_minutes: int
    slot_minutes: int
    begins: datetime
    opens_at: datetime
    held_back: Mapping[int, int]
    released_at: datetime
    offers: frozenset[int] | None

    def admits(self, offers: Collection[int]) -> bool:
        """Whether one may come for all these offers."""
        return self.offers is None or self.offers.issuperset(offers)


def day_spans(office: OfficeInfo, day: date) -> tuple[Span, ...]:
    """The opening hours of a local day, earliest first; empty when closed.

    Those for named services may lie over others.
    """
    special, weekly = _rules_on(office, day)
    closed = () if special else closed_times(office, day)
    spans = [span for rule in special or weekly for span in _spans(office, rule, day, closed)]
    return tuple(sorted(spans, key=lambda span: (span.start, span.end, span.mode)))


def rules_in_force(office: OfficeInfo, day: date) -> list[RuleInfo]:
    """The rules that make up a day: special ones alone if there are any."""
    special, weekly = _rules_on(office, day)
    return special or weekly


def is_usual_day(office: OfficeInfo, day: date) -> bool:
    """Whether the office has hours on this day, or would have but for a closure or holiday."""
    return any(applies(rule, day) for rule in office.rules)


def closed_reason(office: OfficeInfo, day: date, language: str) -> str | None:
    """Why a day is closed that may have had hours: the closure's reason or the holiday's name.

    None when the office is open, and when it simply has no hours on that weekday.
    """
    return None if day_spans(office, day) else closing_reason(office, day, language)


def closed_reason_at(office: OfficeInfo, now: datetime, language: str) -> str | None:
    """Why it is closed at this moment, where a closure or holiday is the reason."""
    day = local_day(now)
    special, _ = _rules_on(office, day)
    if special or is_open_at(office, now):
        return None
    for closure in closures_on(office, day):
        if _instant(day, closure.from_minute) <= now < _instant(day, closure.to_minute):
            return closure.reason_in(language)
    return closed_reason(office, day, language)


def is_open_at(office: OfficeInfo, now: datetime) -> bool:
    """Whether opening hours of any mode run at this moment (the end itself is closed)."""
    return closes_at(office, now) is not None


def closes_at(office: OfficeInfo, now: datetime) -> datetime | None:
    """The end of the opening hours running now, over modes that follow each other; else None."""
    return _end_of_run(day_spans(office, local_day(now)), now)


def next_opening(office: OfficeInfo, now: datetime, days: int = 60) -> datetime | None:
    """When opening hours of any mode begin next, today or within so many days; None when not."""
    today = local_day(now)
    for ahead in range(days):
        for span in day_spans(office, today + timedelta(days=ahead)):
            if span.start > now:
                return span.start
    return None


def walk_in_until(
    office: OfficeInfo, now: datetime, offers: Collection[int] = ()
) -> datetime | None:
    """When the walk-in hours running now stop giving out tickets; None outside such hours.

    With `offers` only hours count in which one may come for all of these without an appointment.
    They end with the walk-in hours, or the cut-off before the office closes if that is earlier.
    The moment may have passed: between it and closing the caller refuses with `past_cutoff`.
    """
    spans = day_spans(office, local_day(now))
    walk_ins = [span for span in spans if span.mode != APPOINTMENT and span.admits(offers)]
    ends = _end_of_run(walk_ins, now)
    closes = _end_of_run(spans, now)
    if ends is None or closes is None:
        return None
    return min(ends, closes - timedelta(minutes=office.cutoff_minutes))


def walk_in_day_ends(
    office: OfficeInfo, now: datetime, offers: Collection[int] = ()
) -> datetime | None:
    """When the office closes on this day after the last walk-in hours for all of these; None when
    there are none. Hours by appointment that follow at once count: somebody is there.
    """
    spans = day_spans(office, local_day(now))
    walk_ins = [span for span in spans if span.mode != APPOINTMENT and span.admits(offers)]
    last = max((span.end for span in walk_ins), default=None)
    return None if last is None else _end_of_run(spans, last - timedelta.resolution)


def can_serve(
    counter: HasOffers, offers: Iterable[int], open_offers: Collection[int] | None = None
) -> bool:
    """Whether a counter can serve all these offers, with only `open_offers` switched on now."""
    wanted = frozenset(offers)
    return wanted <= counter.offers and (open_offers is None or wanted <= frozenset(open_offers))


def goes_together(office: OfficeInfo, offers: Iterable[int]) -> bool:
    """Whether some counter of the office can serve all these offers in one visit."""
    wanted = frozenset(offers)
    return any(wanted <= counter.offers for counter in office.counters)


def _rules_on(office: OfficeInfo, day: date) -> tuple[list[RuleInfo], list[RuleInfo]]:
    """The special rules of a day, and the weekly ones."""
    rules = [rule for rule in office.rules if applies(rule, day)]
    return [rule for rule in rules if rule.special], [rule for rule in rules if not rule.special]


def applies(rule: RuleInfo, day: date) -> bool:
    """Whether a rule is meant for a day, whatever else lies over it."""
    first = rule.valid_from
    return (
        day.weekday() in rule.weekdays
        and (first is None or first <= day)
        and (rule.valid_to is None or day <= rule.valid_to)
        and (not rule.nth or is_nth_weekday(day, rule.nth))
        and (first is None or is_nth_week(day, first, rule.every_weeks))
    )


def _spans(
    office: OfficeInfo, rule: RuleInfo, day: date, closed: Iterable[MinuteRange]
) -> Iterator[Span]:
    for begin, end in without((rule.from_minute, rule.to_minute), [*rule.breaks, *closed]):
        span = _span(office, rule, day, (begin, end))
        if span.start < span.end:
            yield span


def _span(office: OfficeInfo, rule: RuleInfo, day: date, minutes: MinuteRange) -> Span:
    begins = _instant(day, rule.from_minute)
    ahead = office.horizon_days if rule.horizon_days is None else rule.horizon_days
    return Span(
        start=_instant(day, minutes[0]),
        end=_instant(day, minutes[1]),
        mode=rule.mode,
        places={} if rule.mode == WALK_IN else rule.places,
        lead_minutes=rule.lead_minutes,
        slot_minutes=rule.slot_minutes or office.slot_minutes,
        begins=begins,
        # Not at midnight: who looks when the office opens shall find what others find.
        opens_at=_instant(day - timedelta(days=ahead), rule.from_minute),
        held_back=rule.held_back,
        released_at=begins - timedelta(hours=rule.release_hours or 0),
        offers=rule.offers,
    )


def _instant(day: date, minute: int) -> datetime:
    """The first moment at which the wall clock shows this minute of the day, or is past it.

    In spring the skipped hour shrinks to the moment of the change (so no hours overlap that do
    not overlap on paper); in autumn a time that comes twice means the first.
    """
    moment = at_local(day, minute)
    shown = local(moment)
    if (shown.hour * 60 + shown.minute) % 1440 == minute % 1440:
        return moment
    return at_local(day, (minute // 60 + 1) * 60)


def _end_of_run(spans: Sequence[Span], now: datetime) -> datetime | None:
    end = None
    for span in spans:
        if end is None:
            end = span.end if span.start <= now < span.end else None
        elif span.start <= end:
            end = max(end, span.end)
    return end
