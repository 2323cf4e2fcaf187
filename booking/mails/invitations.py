"""Calendar invitations (RFC 5545, RFC 5546): one UID for life, SEQUENCE + 1 with every change.

No VALARM: many calendars drop it, the others have an alarm of their own, and reminders are mails.
What the mails around them say stands in `mails/sending.py`.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache, lru_cache
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

from ...core.formats import ZONE, local

Method = Literal["REQUEST", "CANCEL", "PUBLISH"]


class _Properties(Protocol):
    """The one thing done with a component; its own signature is not typed."""

    def add(self, name: str, value: object) -> None: ...


_PRODUCT = "-//Aufruf//Termine//DE"
_OCTETS = 75


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
    return (
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\n"
        f"PRODID:{_PRODUCT}\r\nCALSCALE:GREGORIAN\r\nMETHOD:{method}\r\n"
        f"{_timezone()}BEGIN:VEVENT\r\n{_of_visit(invitation)}{_of_office(invitation, method)}"
        "END:VEVENT\r\nEND:VCALENDAR\r\n"
    )


def uid_of(reference: str, host: str) -> str:
    """Unchanged as long as the appointment lives, so that a move never makes a second entry."""
    return f"{reference.lower()}@{host}"


def _of_visit(invitation: Invitation) -> str:
    """The lines that no two visits share, written here: 20 us instead of the 500 of an Event.

    Texts are escaped by icalendar (RFC 5545, 3.3.11); the other values are of types that have
    nothing to escape, and come checked.
    """
    lines = [
        f"UID:{invitation.uid}",
        f"SEQUENCE:{invitation.sequence}",
        f"DTSTAMP:{invitation.stamp.astimezone(UTC):%Y%m%dT%H%M%SZ}",
        f"DTSTART;TZID={ZONE.key}:{local(invitation.start):%Y%m%dT%H%M%S}",
        f"DTEND;TZID={ZONE.key}:{local(invitation.end):%Y%m%dT%H%M%S}",
        f"DESCRIPTION:{vText(invitation.description).to_ical().decode()}",
        f"URL:{invitation.url}",
    ]
    if invitation.attendee is not None:
        # The citizen has booked it: a calendar must not ask whether they accept.
        lines.append(
            "ATTENDEE;PARTSTAT=ACCEPTED;ROLE=REQ-PARTICIPANT;RSVP=FALSE:"
            f"mailto:{invitation.attendee}"
        )
    return "".join(fold(line) for line in lines)


def fold(line: str) -> str:
    """A content line ended by CRLF, in pieces of at most 75 octets (RFC 5545, 3.1).

    No character is cut: a piece ends before the one that no longer fits.
    """
    rest = line.encode()
    pieces: list[bytes] = []
    room = _OCTETS
    while len(rest) > room:
        end = room
        while rest[end] & 0xC0 == 0x80:  # in the middle of a character
            end -= 1
        pieces.append(rest[:end])
        rest = rest[end:]
        room = _OCTETS - 1  # the space that goes on counts
    return b"\r\n ".join([*pieces, rest]).decode() + "\r\n"


def _of_office(invitation: Invitation, method: Method) -> str:
    return _office_lines(
        invitation.summary,
        invitation.location,
        invitation.organizer_name,
        invitation.organizer_email,
        "CANCELLED" if method == "CANCEL" else "CONFIRMED",
    )


@lru_cache(maxsize=500)
def _office_lines(
    summary: str, location: str, organizer_name: str, organizer_email: str, status: str
) -> str:
    """The lines that all visits to an office share, by icalendar."""
    event = Event()
    properties = cast("_Properties", event)
    properties.add("summary", summary)
    properties.add("location", location)
    properties.add("status", status)
    properties.add("transp", "OPAQUE")
    organizer = vCalAddress(f"mailto:{organizer_email}")
    organizer.params["CN"] = vText(organizer_name)
    properties.add("organizer", organizer)
    text = event.to_ical().decode()
    return text.removeprefix("BEGIN:VEVENT\r\n").removesuffix("END:VEVENT\r\n")


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
