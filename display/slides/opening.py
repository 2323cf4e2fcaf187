"""Opening hours as a slide says them: today, the next days, closures to come. Pure.

Made from the master data: whoever changes the hours changes the slide.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import islice

from ...core.formats import clock_text, isolated, short_day_text, weekday_text
from ...core.texts import T
from ...office.infos import OfficeInfo
from ...office.rules import APPOINTMENT, WALK_IN, Span, closed_reason, day_spans, is_usual_day

DAYS_SHOWN = 5
CLOSURES_SHOWN = 2
DAYS_AHEAD = 60
_DAY = timedelta(days=1)
_NOTES = {APPOINTMENT: "slides.opening.appointment", WALK_IN: "slides.opening.walk_in"}


@dataclass(frozen=True, slots=True)
class OpeningRow:
    """A day, or several in a row, and what is then: hours with a note each, or closed and why."""

    day: str
    hours: tuple[tuple[str, str], ...] = ()
    why: str = ""

    @property
    def closed(self) -> bool:
        return not self.hours


@dataclass(frozen=True, slots=True)
class OpeningSheet:
    """Today and the next days on which the office usually works, and closures after them."""

    rows: tuple[OpeningRow, ...]
    closures: tuple[OpeningRow, ...]


def opening_sheet(office: OfficeInfo, today: date, t: T) -> OpeningSheet:
    """As of a local day, in the language of `t`."""
    tomorrow = today + _DAY
    working = (day for day in _ahead(tomorrow) if is_usual_day(office, day))
    days = (today, *islice(working, DAYS_SHOWN - 1))
    return OpeningSheet(
        rows=tuple(_row(office, day, today, t) for day in days),
        closures=tuple(islice(_closures(office, days[-1] + _DAY, t), CLOSURES_SHOWN)),
    )


def _ahead(first: date) -> Iterator[date]:
    return (first + _DAY * number for number in range(DAYS_AHEAD))


def _row(office: OfficeInfo, day: date, today: date, t: T) -> OpeningRow:
    if day == today:
        word = t("slides.opening.today")
    elif day < today + _DAY * 7:
        word = weekday_text(day, t.language)
    else:
        word = short_day_text(day, t.language)
    why = closed_reason(office, day, t.language) or ""
    return OpeningRow(word, tuple(_hours(day_spans(office, day), t)), why)


def _hours(spans: Iterable[Span], t: T) -> Iterator[tuple[str, str]]:
    """Stretches without gaps; the note says how one may come, where that is not either way."""
    for mode, start, end in _merged(spans):
        clock = f"{clock_text(start)}–{clock_text(end)}"
        yield isolated(clock, t.language), t(_NOTES[mode]) if mode in _NOTES else ""


def _merged(spans: Iterable[Span]) -> list[tuple[str, datetime, datetime]]:
    """Mode, start and end; hours of single services only where nothing else is."""
    every = tuple(spans)
    general = [span for span in every if span.offers is None]
    alone = [span for span in every if span.offers is not None and not _within(span, general)]
    merged: list[tuple[str, datetime, datetime]] = []
    for span in sorted((*general, *alone), key=lambda one: (one.start, one.end)):
        if merged and merged[-1][0] == span.mode and span.start <= merged[-1][2]:
            mode, start, end = merged.pop()
            merged.append((mode, start, max(end, span.end)))
        else:
            merged.append((span.mode, span.start, span.end))
    return merged


def _within(span: Span, others: Iterable[Span]) -> bool:
    return any(other.start <= span.start and span.end <= other.end for other in others)


def _closures(office: OfficeInfo, first: date, t: T) -> Iterator[OpeningRow]:
    """Closed for a reason; working days that follow each other for the same one together."""
    run: list[date] = []
    why = ""
    for day in _ahead(first):
        if not is_usual_day(office, day):
            continue
        reason = closed_reason(office, day, t.language) or ""
        if run and reason != why:
            yield OpeningRow(_days(run, t), why=why)
            run = []
        if reason:
            run, why = [*run, day], reason
    if run:
        yield OpeningRow(_days(run, t), why=why)


def _days(run: list[date], t: T) -> str:
    first, last = (short_day_text(day, t.language) for day in (run[0], run[-1]))
    return first if run[0] == run[-1] else t("slides.opening.until", first=first, last=last)
