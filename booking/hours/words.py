"""How hours, closures and what a change does are said to staff, in a language."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from babel.dates import format_date

from ...core.formats import day_text, minutes_text, short_day_text, time_text
from ...core.locales import locale_of
from ...core.texts import T
from ...office.files.entry_fields import WEEKDAYS
from ...office.files.entry_hours import ClosureEntry, OpeningEntry
from ...office.hours.edit import Hours
from ...office.hours.said import Said, clock, days_of, read_closure, recall_rule, table_in
from ...office.infos import OfficeInfo
from ..words import column_day
from .effects import Effects, Winner
from .preview import Preview

_MONDAY = date(2026, 11, 23)


@dataclass(frozen=True, slots=True)
class Line:
    """One thing a change does; `warns` when somebody should look twice."""

    text: str
    warns: bool = False


def weekday_words(t: T, days: Sequence[str]) -> str:
    """`Mo. bis Fr.`, `Mo., Mi.`"""
    numbers = [number for number, day in enumerate(WEEKDAYS) if day in days]
    runs: list[list[int]] = []
    for number in numbers:
        if runs and runs[-1][-1] == number - 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    said: list[str] = []
    for run in runs:
        if len(run) > 2:
            ends = _weekday(t, run[0]), _weekday(t, run[-1])
            said.append(t("hours.words.to", first=ends[0], last=ends[1]))
        else:
            said += [_weekday(t, number) for number in run]
    return ", ".join(said)


def _weekday(t: T, number: int) -> str:
    return format_date(_MONDAY + timedelta(days=number), "EEE", locale=locale_of(t.language))


def range_words(t: T, begin: int, end: int) -> str:
    """`7:30 – 13:00`"""
    return t("hours.words.range", begin=_short_clock(begin), end=_short_clock(end))


def _short_clock(minute: int) -> str:
    return clock(minute).removeprefix("0") if minute >= 60 else clock(minute)


def rule_words(t: T, rule: OpeningEntry, office: OfficeInfo) -> str:
    """A rule in one line: days, times, how, how many, from when to when."""
    return ", ".join(_rule_parts(t, rule, office))


def _rule_parts(t: T, rule: OpeningEntry, office: OfficeInfo) -> Iterator[str]:
    if rule.special and rule.valid_from and rule.valid_to:
        yield _days(t, rule.valid_from, rule.valid_to)
    else:
        yield weekday_words(t, rule.days)
    yield from rhythm_words(t, rule)
    yield range_words(t, rule.start, rule.end)
    yield t(f"hours.mode.{rule.mode}")
    if rule.places is not None:
        yield t("hours.words.places", n=rule.places.public)
    if rule.services is not None:
        names = {offer.service.slug: offer.service.name_in(t.language) for offer in office.offers}
        yield t("hours.words.only", names=", ".join(names.get(one, one) for one in rule.services))
    for each in rule.breaks:
        yield t("hours.words.break", range=range_words(t, each.start, each.end))
    if not rule.special and rule.valid_from:
        yield t("hours.words.since", day=day_text(rule.valid_from, t.language))
    if not rule.special and rule.valid_to:
        yield t("hours.words.until", day=day_text(rule.valid_to, t.language))


def rhythm_words(t: T, rule: OpeningEntry) -> Iterator[str]:
    """`jede 2. Woche`, `1. und letzter im Monat`; nothing for every week."""
    if rule.every_weeks > 1:
        yield t("hours.words.every", n=rule.every_weeks)
    if rule.nth:
        named = [t("hours.nth.last") if one == "last" else f"{one}." for one in rule.nth]
        yield t("hours.words.nth", nth=", ".join(named))


def closure_words(t: T, closure: ClosureEntry) -> str:
    """A closure in one line: why, when, from when to when."""
    days = days_of(closure)
    reason = days.reason_en if t.language == "en" and days.reason_en else days.reason
    said = [reason, _when(t, closure)]
    if (days.from_minute, days.to_minute) != (0, 1440):
        said.append(range_words(t, days.from_minute, days.to_minute))
    return ", ".join(said)


def _when(t: T, closure: ClosureEntry) -> str:
    days = days_of(closure)
    if days.first_day is not None and days.last_day is not None:
        return _days(t, days.first_day, days.last_day)
    more = t("hours.words.days", n=days.days) if days.days > 1 else ""
    if days.month is not None:
        return t("hours.words.each_year", day=f"{days.month_day}.{days.month}.") + more
    if days.easter_offset is not None:
        side = "before" if days.easter_offset < 0 else "after"
        return t(f"hours.words.{side}_easter", n=abs(days.easter_offset)) + more
    return t("hours.words.bridge")


def said_words(t: T, said: Said, office: OfficeInfo) -> str:
    """An entry of the history in one line."""
    if "rule" in said:
        return rule_words(t, recall_rule(table_in(said)), office)
    return t("hours.words.closed", closure=closure_words(t, read_closure(table_in(said))))


def _days(t: T, first: date, last: date) -> str:
    if first == last:
        return day_text(first, t.language)
    return t("hours.words.to", first=day_text(first, t.language), last=day_text(last, t.language))


def effect_lines(t: T, preview: Preview) -> list[Line]:
    """What a change does, line by line, appointments last."""
    effects = preview.effects
    lines: list[Line] = []
    if not effects.days:
        lines.append(Line(t("hours.effect.nothing_soon")))
    else:
        lines += _amount_lines(t, effects)
        lines += _last_number_lines(t, effects)
    if preview.is_for_town:
        town = preview.office.municipality.name
        lines.append(Line(t("hours.effect.town", town=town), warns=True))
    lines += [Line(_winner_words(t, winner), warns=True) for winner in effects.winners]
    count = len(preview.affected)
    said = t("hours.effect.affected", n=count) if count else t("hours.effect.unaffected")
    lines.append(Line(said, warns=count > 0))
    if preview.outside:
        lines.append(Line(t("hours.effect.outside", n=preview.outside), warns=True))
    return lines


def _amount_lines(t: T, effects: Effects) -> Iterator[Line]:
    first = short_day_text(effects.days[0], t.language)
    yield Line(t("hours.effect.first", day=first, n=len(effects.days)))
    per = t(f"hours.effect.per.{effects.per}")
    if effects.minutes:
        length = minutes_text(abs(effects.minutes), t.language)
        yield Line(t(f"hours.effect.hours.{_sign(effects.minutes)}", length=length, per=per))
    if effects.starts:
        key = f"hours.effect.starts.{_sign(effects.starts)}"
        yield Line(t(key, n=abs(effects.starts), per=per))
    if not effects.minutes and not effects.starts:
        yield Line(t("hours.effect.same"))


def _last_number_lines(t: T, effects: Effects) -> Iterator[Line]:
    before, after = effects.last_number
    if after == before:
        return
    if after is None:
        yield Line(t("hours.effect.no_number"), warns=True)
    else:
        yield Line(t("hours.effect.last_number", time=_time(t, after)))


def _winner_words(t: T, winner: Winner) -> str:
    day = short_day_text(winner.day, t.language)
    if winner.reason is None:
        return t("hours.effect.special_wins", day=day)
    if winner.is_whole:
        return t("hours.effect.closure_wins", day=day, reason=winner.reason)
    begin = _short_clock(winner.from_minute)
    return t("hours.effect.part_wins", day=day, reason=winner.reason, time=begin)


def _sign(number: int) -> str:
    return "more" if number > 0 else "less"


def _time(t: T, moment: datetime) -> str:
    return time_text(moment, t.language)


@dataclass(frozen=True)
class Words:
    """How pages say rules, closures and times of one office."""

    t: T
    office: OfficeInfo
    hours: Hours

    def rule(self, rule: OpeningEntry) -> str:
        return rule_words(self.t, rule, self.office)

    def rhythm(self, number: int) -> str:
        """What a rule of the present says beside its weekday."""
        rule = self.hours.rules.get(number)
        return "" if rule is None else ", ".join(rhythm_words(self.t, rule))

    def day(self, day: date) -> str:
        """`30. Nov.`"""
        return column_day(day, self.t.language)

    def days(self, *days: str) -> str:
        return weekday_words(self.t, days)

    def range(self, minutes: tuple[int, int]) -> str:
        return range_words(self.t, *minutes)

    def closure(self, number: int) -> str:
        closures = {**self.hours.closures, **self.hours.town_closures}
        return closure_words(self.t, closures[number])

    def said(self, said: Said) -> str:
        return said_words(self.t, said, self.office)

    def services(self, offers: frozenset[int]) -> str:
        """The names of offers, by their ids."""
        named = (self.office.offer(offer) for offer in sorted(offers))
        return ", ".join(offer.service.name_in(self.t.language) for offer in named)
