"""The read-only calendar of an office as a file: time, services, reference; never whose."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta

from icalendar import vText

from ...core.texts import T
from ...office.infos import OfficeInfo
from ..mails.invitations import fold
from ..rules import spell_reference
from ..visits import named_services
from .feed_store import Entry

PAST = timedelta(days=14)
AHEAD = timedelta(days=180)


def write_feed(t: T, office: OfficeInfo, entries: Sequence[Entry], host: str) -> str:
    """A calendar (RFC 5545) that programs are asked to fetch again every 15 minutes (RFC 7986)."""
    name = _text(t("mails.feed.name", office=office.name))
    head = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Aufruf//Termine//DE",
        "CALSCALE:GREGORIAN",
        f"NAME:{name}",
        f"X-WR-CALNAME:{name}",
        "REFRESH-INTERVAL;VALUE=DURATION:PT15M",
        "X-PUBLISHED-TTL:PT15M",
    ]
    lines = [*head, *(line for entry in entries for line in _entry(t, office, entry, host))]
    return "".join(fold(line) for line in [*lines, "END:VCALENDAR"])


def _entry(t: T, office: OfficeInfo, entry: Entry, host: str) -> Iterator[str]:
    """Times in UTC: the calendar of a clerk shows them in its own zone."""
    items = [(office.offer(offer), count) for offer, count in entry.services]
    reference = spell_reference(entry.reference)
    yield "BEGIN:VEVENT"
    yield f"UID:office-{entry.reference.lower()}@{host}"
    yield f"SEQUENCE:{entry.sequence}"
    yield f"DTSTAMP:{_utc(entry.created_at)}"
    yield f"DTSTART:{_utc(entry.start_at)}"
    yield f"DTEND:{_utc(entry.end_at)}"
    yield f"SUMMARY:{_text(', '.join(named_services(t, items)))}"
    yield f"DESCRIPTION:{_text(t('mails.feed.reference', reference=reference))}"
    if entry.channel != "on_site":
        yield f"LOCATION:{_text(t(f'mail.place.{entry.channel}'))}"
    yield "END:VEVENT"


def _utc(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _text(text: str) -> str:
    return vText(text).to_ical().decode()
