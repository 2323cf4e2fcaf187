"""The picture of a week: what stands in each of its seven columns, and where. No HTML, no SQL.

Times are rounded out to quarters of an hour for the place in the picture; the words are exact.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Literal

from ...office.files.entry_hours import ClosureEntry
from ...office.hours.closures import WHOLE_DAY, MinuteRange, falls_on, without
from ...office.hours.edit import Hours, closure_info
from ...office.hours.holidays import holiday_name
from ...office.infos import OfficeInfo, RuleInfo
from ...office.rules import rules_in_force

QUARTER = 15
_USUAL = (8 * 60, 17 * 60)

State = Literal["", "edited", "added", "gone"]


@dataclass(frozen=True, slots=True)
class Block:
    """Hours of a rule, or what is closed over them. `rule` is None for a closure or holiday.

    `closure` is its id, None for a holiday; `lane` counts from 1 where hours lie over others.
    """

    minutes: MinuteRange
    kind: str
    rule: RuleInfo | None = None
    closure: int | None = None
    reason: str = ""
    state: State = ""
    lane: int = 1


@dataclass(frozen=True, slots=True)
class Day:
    """One column; `lanes` is how many blocks stand side by side at most."""

    day: date
    blocks: tuple[Block, ...]
    lanes: int
    is_special: bool

    @property
    def is_closed(self) -> bool:
        """Closed all day, so that nothing under it counts."""
        return any(block.kind == "closed" and block.minutes == WHOLE_DAY for block in self.blocks)


@dataclass(frozen=True, slots=True)
class Week:
    """Seven days, and the hours that the picture shows (minutes of the day, whole hours)."""

    days: tuple[Day, ...]
    shown: MinuteRange

    @property
    def hours(self) -> range:
        return range(self.shown[0] // 60, self.shown[1] // 60 + 1)

    def row(self, minute: int, *, is_end: bool = False) -> int:
        """The line of the grid a time stands at, from 1."""
        inside = min(max(minute, self.shown[0]), self.shown[1]) - self.shown[0]
        return (-(-inside // QUARTER) if is_end else inside // QUARTER) + 1


@dataclass(frozen=True, slots=True)
class Picture:
    """An office with what its hours say."""

    office: OfficeInfo
    hours: Hours


def week_of(now: Picture, first: date, language: str, then: Picture | None = None) -> Week:
    """The week from a Monday on, as it is; with what a change would add and take away."""
    days = tuple(
        _day(now, then or now, first + timedelta(days=number), language) for number in range(7)
    )
    return Week(days, _shown(days))


def _day(now: Picture, then: Picture, day: date, language: str) -> Day:
    old, new = rules_in_force(now.office, day), rules_in_force(then.office, day)
    blocks = _with_lanes(sorted(_open_blocks(old, new), key=lambda block: block.minutes))
    special = any(rule.special for rule in new)
    closed = () if special else tuple(_closed_blocks(now, then, day, language))
    lanes = max((block.lane for block in blocks), default=1)
    return Day(day, (*blocks, *closed), lanes, special)


def _open_blocks(old: Sequence[RuleInfo], new: Sequence[RuleInfo]) -> Iterator[Block]:
    said_before = {_meaning(rule) for rule in old}
    said_after = {_meaning(rule) for rule in new}
    gone = [rule for rule in old if _meaning(rule) not in said_after]
    come = [rule for rule in new if _meaning(rule) not in said_before]
    for rule in new:
        if rule not in come:
            yield from (_block(rule, piece) for piece in _pieces(rule))
    for rule in come:
        before = [piece for one in gone if one.mode == rule.mode for piece in _pieces(one)]
        for piece in _pieces(rule):
            for kept in _common(piece, before):
                yield _block(rule, kept, "edited")
            for more in without(piece, before):
                yield _block(rule, more, "added")
    after = [piece for rule in come for piece in _pieces(rule)]
    for rule in gone:
        for piece in _pieces(rule):
            yield from (_block(rule, less, "gone") for less in without(piece, after))


def _meaning(rule: RuleInfo) -> str:
    """Equal for rules that make the same of a day."""
    return repr(replace(rule, id=0, valid_from=None, valid_to=None, every_weeks=1))


def _block(rule: RuleInfo, minutes: MinuteRange, state: State = "") -> Block:
    return Block(minutes, rule.mode, rule, state=state)


def _pieces(rule: RuleInfo) -> list[MinuteRange]:
    return list(without((rule.from_minute, rule.to_minute), rule.breaks))


def _common(piece: MinuteRange, others: Iterable[MinuteRange]) -> Iterator[MinuteRange]:
    for begin, end in others:
        if max(begin, piece[0]) < min(end, piece[1]):
            yield max(begin, piece[0]), min(end, piece[1])


def _closed_blocks(now: Picture, then: Picture, day: date, language: str) -> Iterator[Block]:
    state = now.office.municipality.state
    holiday = holiday_name(state, day, language)
    if holiday is not None:
        yield Block(WHOLE_DAY, "closed", reason=holiday)
    before, after = _closures(now.hours), _closures(then.hours)
    for number, closure in {**before, **after}.items():
        info = closure_info(closure)
        if falls_on(info, state, day):
            kept: State = "" if number in before else "added"
            yield Block(
                (info.from_minute, info.to_minute),
                "closed",
                closure=number,
                reason=info.reason_in(language),
                state=kept if number in after else "gone",
            )


def _closures(hours: Hours) -> Mapping[int, ClosureEntry]:
    return {**hours.closures, **{_apart(n): c for n, c in hours.town_closures.items()}}


def _apart(number: int) -> int:
    """New closures of an office and of its town both count down from -1."""
    return number if number > 0 else number - 1000


def _with_lanes(blocks: Iterable[Block]) -> list[Block]:
    """Put blocks that lie over each other side by side."""
    placed: list[Block] = []
    for block in blocks:
        taken = {one.lane for one in placed if one.minutes[1] > block.minutes[0]}
        lane = next(number for number in range(1, len(placed) + 2) if number not in taken)
        placed.append(replace(block, lane=lane))
    return placed


def _shown(days: Iterable[Day]) -> MinuteRange:
    """From the first hour to the last that anything is open in."""
    times = [block.minutes for day in days for block in day.blocks if block.kind != "closed"]
    first = min((begin for begin, _ in times), default=_USUAL[0])
    last = max((end for _, end in times), default=_USUAL[1])
    return first // 60 * 60, -(-last // 60) * 60
