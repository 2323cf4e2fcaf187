"""The facts of an office in the words of one language, for the pages. Pure."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime

from ...booking.rules import Wanted
from ...booking.times.time_page import query_of
from ...core.formats import clock_text, listed, local_day, time_text
from ...core.texts import T
from ...office.directory import OfferInfo, OfficeInfo
from ...office.rules import closed_reason_at
from ..drawing.walk_in import again_key
from ..forecasting.ranges import Range
from .facts import OfficeFacts


@dataclass(frozen=True, slots=True)
class Said:
    """One office, told: `state` is the first line, `more` what follows it.

    `waiting` and `wait` are figures with their words, None where there is nothing to say, `figures`
    are both as lines; `numbers` says whether one gets a number, `again` when next where that is not
    said by `more`, `given` whether it is now.
    """

    office: OfficeInfo
    open: bool
    state: str
    more: tuple[str, ...]
    hours: str
    waiting: str | None
    wait: str | None
    figures: tuple[str, ...]
    numbers: str | None
    again: str | None
    given: bool
    earliest: str | None
    service: str | None
    times_href: str | None
    book_href: str | None
    status_href: str
    explained_href: str
    at: datetime


WriteDay = Callable[[date, str], str]


def told(t: T, facts: OfficeFacts, write_day: WriteDay) -> Said:
    """The office in the language of `t`. Every link keeps it: frames have no cookies."""
    office, earliest, lang = facts.office, facts.earliest, f"lang={t.language}"
    bookable = any(offer.is_open_to_book for offer in office.offers)
    services = f"/termin/{_home(office)}?office={office.slug}&{lang}"
    wait = wait_words(t, facts.wait) if facts.numbers.is_open else None
    return Said(
        office=office,
        open=facts.open,
        state=_state(t, facts),
        more=tuple(_more(t, facts, write_day)),
        hours=listed((_stretch(t, *stretch) for stretch in facts.hours), t.language),
        waiting=_waiting(t, facts),
        wait=wait,
        figures=tuple(_figures(t, facts, wait)),
        numbers=_numbers(t, facts),
        again=_again(t, facts, write_day),
        given=facts.numbers.is_open,
        earliest=None if earliest is None else day_words(t, earliest.start, facts.at, write_day),
        service=None if earliest is None else earliest.offer.service.name_in(t.language),
        times_href=None if earliest is None else f"{book_path(office, earliest.offer)}&{lang}",
        book_href=services if bookable else None,
        status_href=f"/stand/{office.slug}?{lang}",
        explained_href=f"/aufruf/{office.slug}?{lang}",
        at=facts.at,
    )


def wait_words(t: T, wait: Range | None) -> str:
    """`10 bis 20 Minuten`; never a figure where nobody can know one."""
    if wait is None:
        return t("status.wait.unknown")
    if wait.high_minutes is None:
        return t("status.wait.over", low=wait.low_minutes)
    if wait.is_next:
        return t("status.wait.soon")
    return t("status.wait.range", low=wait.low_minutes, high=wait.high_minutes)


def day_words(t: T, moment: datetime, now: datetime, write_day: WriteDay) -> str:
    """`Heute, 14:15 Uhr`, `Montag, 30. November, 08:00 Uhr`."""
    key = again_key(moment, local_day(now))
    day = write_day(local_day(moment), t.language) if key == "later" else t(f"status.day.{key}")
    return listed((day, _time(t, moment)), t.language)


def _time(t: T, moment: datetime) -> str:
    """As it is written, with a space that does not break."""
    return time_text(moment, t.language).replace(" ", "\N{NO-BREAK SPACE}")


def _state(t: T, facts: OfficeFacts) -> str:
    if facts.closes is not None:
        return t("status.open.until", time=_time(t, facts.closes))
    return t("status.closed.early" if facts.closed_early else "status.closed.now")


def _more(t: T, facts: OfficeFacts, write_day: WriteDay) -> list[str]:
    """While it is closed: why, and when it opens again."""
    if facts.open:
        return []
    reason = None
    if not facts.closed_early:
        reason = closed_reason_at(facts.office, facts.at, t.language)
    opens = _when(t, "status.closed", facts.opens, facts.at, write_day)
    return [opens] if reason is None else [t("status.closed.why", reason=reason), opens]


def _when(t: T, chapter: str, moment: datetime | None, now: datetime, write_day: WriteDay) -> str:
    key = again_key(moment, local_day(now))
    if moment is None:
        return t(f"{chapter}.{key}")
    day = write_day(local_day(moment), t.language)
    return t(f"{chapter}.{key}", time=_time(t, moment), day=day)


def _waiting(t: T, facts: OfficeFacts) -> str | None:
    """After hours only where somebody is still there."""
    if facts.waiting == 0:
        return t("status.waiting.none") if facts.open else None
    return t("status.waiting.people", n=facts.waiting)


def _figures(t: T, facts: OfficeFacts, wait: str | None) -> Iterator[str]:
    """What stands in the two figures, where there is room for lines only."""
    if facts.waiting:
        people = t("status.waiting.people", n=facts.waiting)
        yield t("status.waiting.short", people=people)
    elif facts.numbers.is_open:
        yield t("status.waiting.nobody")
    if wait is not None:
        yield t("status.wait.short", wait=wait)


def _numbers(t: T, facts: OfficeFacts) -> str | None:
    """Whether one may come without an appointment now; closed is said already, unless the next
    walk-in hours are not the next hours."""
    state, again = facts.numbers.state, facts.numbers.again
    if facts.never_walk_in:
        return t("status.numbers.never")
    if facts.only:
        services = [offer.service.name_in(t.language) for offer in facts.only]
        return t("status.numbers.only", services=listed(services, t.language))
    if state == "closed" and again == facts.opens:
        return None
    return t(f"status.numbers.{state}")


def _again(t: T, facts: OfficeFacts, write_day: WriteDay) -> str | None:
    again = facts.numbers.again
    if facts.numbers.is_open or again is None or again == facts.opens:
        return None
    return _when(t, "status.again", again, facts.at, write_day)


def _stretch(t: T, start: datetime, end: datetime) -> str:
    return t("status.hours.stretch", start=clock_text(start), end=_time(t, end))


def book_path(office: OfficeInfo, offer: OfferInfo) -> str:
    """The page of times for it in this office."""
    query = query_of([Wanted(offer.service.slug)], office=office.slug)
    return f"/termin/{_home(office)}/zeit?{query}"


def _home(office: OfficeInfo) -> str:
    return office.municipality.slug
