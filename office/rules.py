"""When an office is open, for whom, and which counter can serve what. Pure: `now` is passed in.

Special rules replace the weekly ones on their days and win over closures and holidays. Local
times become UTC here, so that the two nights when the clocks change come out right.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Protocol

from ..core.formats import at_local, local, local_day
from .holidays import holiday_name
from .infos import OfficeInfo, RuleInfo

APPOINTMENT, WALK_IN, MIXED = "appointment", "walk_in", "mixed"


class HasOffers(Protocol):
    """A counter, as far as its skills matter here."""

    @property
    def offers(self) -> frozenset[int]: ...


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of opening hours in UTC. `places` is pool -> (public, total), none for walk-ins."""

    start: datetime
    end: datetime
    mode: str
    places: Mapping[int, tuple[int, int]]
    lead_minutes: int


def day_spans(office: OfficeInfo, day: date) -> tuple[Span, ...]:
    """The opening hours of a local day, earliest first; empty when closed."""
    rules = [rule for rule in office.rules if _applies(rule, day)]
    special = [rule for rule in rules if rule.special]
    if not special and _closed_by(office, day, "de") is not None:
        return ()
    spans = [_span(rule, day) for rule in special or rules]
    return tuple(sorted((s for s in spans if s.start < s.end), key=lambda span: span.start))


def closed_reason(office: OfficeInfo, day: date, language: str) -> str | None:
    """Why a day is closed that may have had hours: the closure's reason or the holiday's name.

    None when the office is open, and when it simply has no hours on that weekday.
    """
    return None if day_spans(office, day) else _closed_by(office, day, language)


def is_open_at(office: OfficeInfo, now: datetime) -> bool:
    """Whether opening hours of any mode run at this moment (the end itself is closed)."""
    return closes_at(office, now) is not None


def closes_at(office: OfficeInfo, now: datetime) -> datetime | None:
    """The end of the opening hours running now, over modes that follow each other; else None."""
    return _end_of_run(day_spans(office, local_day(now)), now)


def walk_in_until(office: OfficeInfo, now: datetime) -> datetime | None:
    """When the walk-in hours running now stop giving out tickets; None outside such hours.

    They end with the walk-in hours, or the cut-off before the office closes if that is earlier.
    The moment may have passed: between it and closing the caller refuses with `past_cutoff`.
    """
    spans = day_spans(office, local_day(now))
    ends = _end_of_run([span for span in spans if span.mode != APPOINTMENT], now)
    closes = _end_of_run(spans, now)
    if ends is None or closes is None:
        return None
    return min(ends, closes - timedelta(minutes=office.cutoff_minutes))


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


def _applies(rule: RuleInfo, day: date) -> bool:
    return (
        day.weekday() in rule.weekdays
        and (rule.valid_from is None or rule.valid_from <= day)
        and (rule.valid_to is None or day <= rule.valid_to)
    )


def _closed_by(office: OfficeInfo, day: date, language: str) -> str | None:
    for closure in office.closures:
        if closure.first_day <= day <= closure.last_day:
            return closure.reason_in(language)
    return holiday_name(office.municipality.state, day, language)


def _span(rule: RuleInfo, day: date) -> Span:
    return Span(
        start=_instant(day, rule.from_minute),
        end=_instant(day, rule.to_minute),
        mode=rule.mode,
        places={} if rule.mode == WALK_IN else rule.places,
        lead_minutes=rule.lead_minutes,
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
        if span.start <= now < span.end or span.start == end:
            end = span.end if end is None else max(end, span.end)
    return end
