"""What a change of hours does, in figures: which days, how much more or less, what wins. Pure.

How it is said stands in `hours/words.py`; which appointments it touches, in `hours/preview.py`.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

from ...office.hours.closures import closed_times, closing_reason, without
from ...office.hours.dates import monday
from ...office.infos import OfficeInfo, RuleInfo
from ...office.rules import APPOINTMENT, Span, applies, day_spans, walk_in_until
from ..capacity import plan_day
from ..cells import bits

LOOK_AHEAD_DAYS = 400
"""So that what comes once a year is seen."""

_WINS_DAYS = 120
_MOST_WINNERS = 3
_WEEKS = 8
_WEEKLY = 5  # of eight weeks: what changes so often is weekly, holidays or not

Per = Literal["week", "day", "all"]


@dataclass(frozen=True, slots=True)
class Winner:
    """A day on which a closure, a holiday or special hours hold instead of a new rule."""

    day: date
    reason: str | None
    from_minute: int
    is_whole: bool


@dataclass(frozen=True, slots=True)
class Effects:
    """`minutes` and `starts` more (or less) in each week, on each such day, or altogether.

    `last_number` is when the last number is given on the first of the days, before and after.
    """

    days: tuple[date, ...] = ()
    per: Per = "all"
    minutes: int = 0
    starts: int = 0
    last_number: tuple[datetime | None, datetime | None] = (None, None)
    winners: tuple[Winner, ...] = ()


def effects_of(
    before: OfficeInfo, after: OfficeInfo, added: Sequence[RuleInfo], today: date, language: str
) -> Effects:
    """Compare the days to come under both, as far as one looks ahead."""
    ahead = (today + timedelta(days=offset) for offset in range(LOOK_AHEAD_DAYS))
    days = tuple(day for day in ahead if day_spans(before, day) != day_spans(after, day))
    winners = tuple(_winners(after, added, today, language))
    if not days:
        return Effects(winners=winners)
    per, minutes, starts = _difference(before, after, days)
    return Effects(
        days,
        per,
        minutes,
        starts,
        (_last_number(before, days[0]), _last_number(after, days[0])),
        winners,
    )


def _difference(
    before: OfficeInfo, after: OfficeInfo, days: Sequence[date]
) -> tuple[Per, int, int]:
    """What is usual: the difference most weeks have, or most of the days."""
    near = [day for day in days if (day - days[0]).days < _WEEKS * 7]
    each = {
        day: (
            _open_minutes(after, day) - _open_minutes(before, day),
            _starts(after, day) - _starts(before, day),
        )
        for day in near
    }
    weeks: dict[date, tuple[int, int]] = {}
    for day, (minutes, starts) in each.items():
        so_far = weeks.get(monday(day), (0, 0))
        weeks[monday(day)] = (so_far[0] + minutes, so_far[1] + starts)
    if len(weeks) >= _WEEKLY:
        # The first week may be half over; one with a holiday or closure is not usual either.
        usual = [weeks[week] for week in sorted(weeks)[1:] if not _has_closure(after, week)]
        return ("week", *Counter(usual or weeks.values()).most_common(1)[0][0])
    if len(days) > len(near):
        return ("day", *Counter(each.values()).most_common(1)[0][0])
    return "all", sum(one for one, _ in each.values()), sum(one for _, one in each.values())


def _has_closure(office: OfficeInfo, week: date) -> bool:
    return any(closed_times(office, week + timedelta(days=number)) for number in range(7))


def _open_minutes(office: OfficeInfo, day: date) -> int:
    """Minutes in which the office is open for anything; what lies over another counts once."""
    minutes, last = 0.0, None
    for span in day_spans(office, day):
        begin = span.start if last is None else max(span.start, last)
        minutes += max(0.0, (span.end - begin).total_seconds()) / 60
        last = span.end if last is None else max(span.end, last)
    return round(minutes)


def _starts(office: OfficeInfo, day: date) -> int:
    """How many appointments of one slot the public can begin that day, were none taken."""
    plan = plan_day(office, day)
    sizes = plan.stages[-1][1].get(office.main_pool.id, {})
    cells = (plan.first + bit for bit in bits(plan.starts))
    return sum(sizes[cell].public for cell in cells if cell in sizes)


def _last_number(office: OfficeInfo, day: date) -> datetime | None:
    """When the last number of the day is given to those without an appointment."""
    walk_ins: list[Span] = [span for span in day_spans(office, day) if span.mode != APPOINTMENT]
    ends = [walk_in_until(office, span.start) for span in walk_ins]
    return max((end for end in ends if end is not None), default=None)


def _winners(
    after: OfficeInfo, added: Sequence[RuleInfo], today: date, language: str
) -> list[Winner]:
    """The first few days on which something else holds than the new rules say."""
    found: list[Winner] = []
    weekly = [rule for rule in added if not rule.special]
    for day in (today + timedelta(days=offset) for offset in range(_WINS_DAYS)):
        for rule in weekly:
            winner = _winner(after, rule, day, language) if applies(rule, day) else None
            if winner is not None and winner not in found:
                found.append(winner)
        if len(found) >= _MOST_WINNERS:
            break
    return found[:_MOST_WINNERS]


def _winner(office: OfficeInfo, rule: RuleInfo, day: date, language: str) -> Winner | None:
    if any(one.special and applies(one, day) for one in office.rules):
        return Winner(day, None, 0, is_whole=True)
    hours = (rule.from_minute, rule.to_minute)
    closed = closed_times(office, day)
    left = list(without(hours, closed))
    if left == [hours]:
        return None
    begins = min(begin for begin, end in closed if begin < hours[1] and end > hours[0])
    return Winner(day, closing_reason(office, day, language) or "", begins, is_whole=not left)
