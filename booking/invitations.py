"""Calendar invitations (RFC 5545, RFC 5546): one UID for life, SEQUENCE + 1 with every change.

What the mails around them say stands in `mails.py`.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Literal, Protocol, cast

from icalendar import (
    Component,
    Event,
    Timezone,
    TimezoneDaylight,
    TimezoneStandard,
    vCalAddress,
    vText,
)

from ..core.formats import ZONE, local

Method = Literal["REQUEST", "CANCEL", "PUBLISH"]


class _Properties(Protocol):
    """The one thing done with a component; its own signature is not typed."""

    def add(self, name: str, value: object) -> None: ...


_PRODUCT = "-//Aufruf//Termine//DE"


@dataclass(frozen=True, slots=True)
class Invitation:
    """What goes into the calendar. Times are aware; `attendee` is None for a file downloaded."""

    uid: str
    sequence: int
    start: datetime
    end: datetime
    stamp: datetime
    summary: str
    location: str
    description: str
    url: str
    organizer_name: str
    organizer_email: str
    attendee: str | None = None


def write_invitation(invitation: Invitation, method: Method) -> str:
    """The text of the calendar file, with a VTIMEZONE of its own.

    A file without attendee is PUBLISH or CANCEL: a REQUEST without one is not valid
    (RFC 5546, 3.2.2).
    """
    event = _event(invitation, method).to_ical().decode()
    return (
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\n"
        f"PRODID:{_PRODUCT}\r\nCALSCALE:GREGORIAN\r\nMETHOD:{method}\r\n"
        f"{_timezone()}{event}END:VCALENDAR\r\n"
    )


def uid_of(reference: str, host: str) -> str:
    """Unchanged as long as the appointment lives, so that a move never makes a second entry."""
    return f"{reference.lower()}@{host}"


def _event(invitation: Invitation, method: Method) -> Event:
    event = Event()
    properties = cast("_Properties", event)
    properties.add("uid", invitation.uid)
    properties.add("sequence", invitation.sequence)
    properties.add("dtstamp", invitation.stamp)
    properties.add("dtstart", local(invitation.start))
    properties.add("dtend", local(invitation.end))
    properties.add("summary", invitation.summary)
    properties.add("location", invitation.location)
    properties.add("description", invitation.description)
    properties.add("url", invitation.url)
    properties.add("status", "CANCELLED" if method == "CANCEL" else "CONFIRMED")
    properties.add("transp", "OPAQUE")
    organizer = vCalAddress(f"mailto:{invitation.organizer_email}")
    organizer.params["CN"] = vText(invitation.organizer_name)
    properties.add("organizer", organizer)
    if invitation.attendee is not None:
        attendee = vCalAddress(f"mailto:{invitation.attendee}")
        attendee.params["ROLE"] = vText("REQ-PARTICIPANT")
        # The citizen has booked it: a calendar must not ask whether they accept.
        attendee.params["PARTSTAT"] = vText("ACCEPTED")
        attendee.params["RSVP"] = vText("FALSE")
        properties.add("attendee", attendee)
    return event


@cache
def _timezone() -> str:
    """The VTIMEZONE of all our entries, as the rule of the law (directive 2000/84/EC).

    Not by icalendar's own `add_missing_timezones`: it lists single dates, which readers get wrong
    (vobject lost the summer time), and writes the onset in the time after it, where RFC 5545,
    3.6.5 wants the time before. A test holds the rule against the time zone database.
    """
    zone = Timezone()
    cast("_Properties", zone).add("tzid", ZONE.key)
    zone.add_component(_change(TimezoneDaylight(), "CEST", "1996-03-31T02:00", 3, (1, 2)))
    zone.add_component(_change(TimezoneStandard(), "CET", "1996-10-27T03:00", 10, (2, 1)))
    return zone.to_ical().decode()


def _change(
    component: Component, name: str, onset: str, month: int, hours: tuple[int, int]
) -> Component:
    """A change on the last Sunday of a month; `hours` east of UTC before and after."""
    properties = cast("_Properties", component)
    properties.add("tzname", name)
    properties.add("dtstart", datetime.fromisoformat(onset))
    properties.add("rrule", {"freq": "yearly", "bymonth": month, "byday": "-1su"})
    properties.add("tzoffsetfrom", timedelta(hours=hours[0]))
    properties.add("tzoffsetto", timedelta(hours=hours[1]))
    return component
