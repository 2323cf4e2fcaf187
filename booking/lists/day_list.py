"""The appointments of a day as a list on paper or in a mail: who comes, when, for what.

It has names, so it also says by when to destroy it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import Connection

from ...core.formats import day_start
from ...core.texts import T
from ...office.infos import OfficeInfo
from ...office.rules import day_spans
from ..desk import store as desk_store
from ..forgetting import KEPT
from ..rules import spell_reference
from ..visits import named_services

MOST = 1_000
_COMING = ("confirmed", "checked_in", "attended")
_LOOKED_AHEAD = 30


@dataclass(frozen=True, slots=True)
class Line:
    start: datetime
    reference: str
    services: str
    name: str
    channel: str


@dataclass(frozen=True, slots=True)
class DayList:
    """The lines of a day by time, and the last day the list may exist."""

    day: date
    lines: Sequence[Line]
    destroy_by: date


def read_day_list(conn: Connection, t: T, office: OfficeInfo, day: date) -> DayList:
    """What is booked on a local day, in the words of a language."""
    listed = desk_store.appointments_between(
        conn, office.id, day_start(day), day_start(day + timedelta(days=1)), _COMING, MOST
    )
    services = desk_store.services_of_these(conn, [each.id for each in listed])
    lines = [
        Line(
            start=each.start_at,
            reference=spell_reference(each.reference),
            services=", ".join(
                named_services(t, [(office.offer(o), count) for o, count in services[each.id]])
            ),
            name=each.name or "",
            channel=t(f"day.channel.{each.channel}"),
        )
        for each in listed
    ]
    return DayList(day, lines, day + KEPT)


def next_opening_day(office: OfficeInfo, today: date) -> date | None:
    """The next day after today with opening hours; None when there is none for a month."""
    days = (today + timedelta(days=ahead) for ahead in range(1, _LOOKED_AHEAD + 1))
    return next((day for day in days if day_spans(office, day)), None)


def is_evening_before(office: OfficeInfo, today: date, listed: date) -> bool:
    """Whether the list goes out tonight: after a working day, and again on the evening before.

    A list of Monday goes out on Friday for whoever plans, and on Sunday with what came since.
    """
    return bool(day_spans(office, today)) or listed == today + timedelta(days=1)
