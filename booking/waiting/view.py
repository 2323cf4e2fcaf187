"""What the pages of the waiting list show: the form of the times that suit, and what went wrong."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import cast

from ...core.errors import DomainError
from ...core.formats import day_text, listed, local_day, weekday_text
from ...core.texts import T
from ...office.infos import OfficeInfo
from ..store import Booked
from .inputs import NOTICES, PARTS
from .rules import WEEK, Window
from .store import Entry

# Refusals that the form answers.
SHOWN_AGAIN = frozenset(
    {
        "invalid_value",
        "invalid_window",
        "contact_required",
        "limit_reached",
        "proof_used",
        "too_many_requests",
    }
)
_MONDAY = date(2024, 1, 1)
_FIELDS = ("from_day", "to_day", "weekdays", "part", "notice", "name", "email", "phone")
_WORKDAYS = range(5)


@dataclass(frozen=True, slots=True)
class WindowView:
    """The form: what stands in it, within which days, and the weekdays to choose from."""

    first: str
    last: str
    least: date
    most: date
    weekdays: tuple[tuple[int, date, bool], ...]
    part: str
    notice: str

    @property
    def parts(self) -> tuple[str, ...]:
        return tuple(PARTS)

    @property
    def notices(self) -> tuple[str, ...]:
        return NOTICES


def window_view(
    office: OfficeInfo,
    window: Window,
    days: tuple[date, date],
    typed: Mapping[str, Sequence[str]] | None = None,
) -> WindowView:
    """The form as it is first seen, or as it was typed."""
    typed = typed or {}
    chosen = typed.get("weekday") or ([] if typed else [str(day) for day in window.weekdays])
    return WindowView(
        first=_last(typed, "from_day", window.first_day.isoformat()),
        last=_last(typed, "to_day", window.last_day.isoformat()),
        least=days[0],
        most=days[1],
        weekdays=tuple(
            (day, weekday_date(day), str(day) in chosen) for day in open_weekdays(office)
        ),
        part=_last(typed, "part", part_of(window)),
        notice=_last(typed, "notice", notice_of(window)),
    )


def weekday_date(day: int) -> date:
    """Some day of that weekday, to be written as its name."""
    return _MONDAY + timedelta(days=day)


def open_weekdays(office: OfficeInfo) -> list[int]:
    """Weekdays on which the office has hours by appointment, and Monday to Friday in any case."""
    ruled = {day for rule in office.rules if rule.mode != "walk_in" for day in rule.weekdays}
    return [day for day in WEEK if day in ruled or day in _WORKDAYS]


def part_of(window: Window) -> str:
    minutes = (window.from_minute, window.to_minute)
    return next((name for name, part in PARTS.items() if part == minutes), "all")


def notice_of(window: Window) -> str:
    """The choice that is no shorter than what was wished."""
    return next((each for each in NOTICES if int(each) >= window.lead_minutes), NOTICES[-1])


def mistakes_of(t: T, refusal: DomainError | None, *, with_appointment: bool) -> dict[str, str]:
    """Field -> the sentence that says what to do."""
    if refusal is None:
        return {}
    if refusal.code == "invalid_window" and "weekdays" in refusal.details:
        return {"weekdays": _no_times(t, cast("list[int]", refusal.details["weekdays"]))}
    if refusal.code == "invalid_window":
        name = "to_day_before" if with_appointment else "to_day"
        return {"to_day": t(f"waiting.wrong.{name}")}
    if refusal.code == "contact_required":
        missing = cast("list[str]", refusal.details["fields"])
        return {name: _sentence(t, name) for name in missing}
    if refusal.code != "invalid_value":
        return {}
    wrong = cast("list[dict[str, str]]", refusal.details["errors"])
    fields = {each["field"].partition(".")[0] for each in wrong}
    if "weekday" in fields:
        fields.add("weekdays")
    names = (*_FIELDS, "answer_0", "answer_1")
    return {name: _sentence(t, name) for name in names if name in fields}


def invitation_to_wait(
    t: T, office: OfficeInfo, booked: Booked, entry: Entry | None, now: datetime
) -> dict[str, object]:
    """For the page of an appointment: whether to ask "come earlier?", and what waits already."""
    waits = entry if entry is not None and entry.status == "waiting" else None
    words = (
        t(
            "waiting.days",
            first=day_text(waits.from_day, t.language),
            last=day_text(waits.to_day, t.language),
        )
        if waits
        else ""
    )
    to_come = booked.status == "confirmed" and local_day(booked.start_at) > local_day(now)
    return {"may_wait": to_come and office.waiting_list, "waits": waits, "wait_days": words}


def _sentence(t: T, name: str) -> str:
    is_answer = name.startswith("answer_")
    return t("hold.answer_missing" if is_answer else f"waiting.wrong.{name}")


def _no_times(t: T, weekdays: Sequence[int]) -> str:
    """No appointment lies in the window; on which weekdays there are any."""
    if not weekdays:
        return t("waiting.wrong.never")
    names = (weekday_text(weekday_date(day), t.language) for day in weekdays)
    return t("waiting.wrong.no_times", weekdays=listed(names, t.language))


def _last(typed: Mapping[str, Sequence[str]], name: str, known: str) -> str:
    return typed[name][-1] if typed.get(name) else known
