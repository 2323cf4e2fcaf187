"""What the page of the desk shows, from the directory and the times. No HTML, no commands."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from ...core.access import Employee
from ...core.errors import DomainError
from ...office.directory import Directory
from ...office.infos import OfficeInfo
from ..rules import Request, Wanted, check_bookable_by_staff, read_request
from ..taken_days import TakenDays
from .times import DeskTime, DeskTimes, Shown, Wish, desk_times, next_times


@dataclass(frozen=True, slots=True)
class DeskChoice:
    """A service in the list; `words` is what typing looks through."""

    slug: str
    name: str
    words: str
    most: int


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """Another office of the clerk's that does all of it, with its next free time."""

    office: OfficeInfo
    time: DeskTime | None


def offices_of(directory: Directory, employee: Employee) -> list[OfficeInfo]:
    """Where somebody may work, in the order of the directory."""
    return [
        office
        for office in directory.offices.values()
        if office.id in employee.offices or office.municipality.id in employee.administers
    ]


def choices_of(office: OfficeInfo, language: str) -> list[DeskChoice]:
    """What appointments are given for, those for staff only included; often needed ones first."""
    offers = [offer for offer in office.offers if offer.bookable and not offer.online_only]
    ordered = sorted(offers, key=lambda offer: (not offer.service.often, offer.position))
    return [
        DeskChoice(
            offer.service.slug,
            offer.service.name_in(language),
            " ".join((*offer.service.names, *offer.service.keywords)),
            offer.max_count,
        )
        for offer in ordered
    ]


def request_at_desk(office: OfficeInfo, wanted: Sequence[Wanted]) -> Request:
    """What is wanted, checked as staff may book it; raises what `read_request` does."""
    return read_request(office, wanted, check_bookable_by_staff)


def read_desk(
    conn: Connection,
    known: TakenDays,
    wish: Wish,
    others: Sequence[tuple[OfficeInfo, Request]],
    now: datetime,
    shown: Shown,
) -> tuple[DeskTimes, list[Elsewhere]]:
    """The times here, and when the other offices could."""
    times = desk_times(conn, known, wish, now, shown)
    elsewhere = [
        Elsewhere(office, next_times(conn, known, Wish(office, request), now)[0])
        for office, request in others
    ]
    return times, elsewhere


def others_for(
    offices: Sequence[OfficeInfo], here: OfficeInfo, wanted: Sequence[Wanted]
) -> list[tuple[OfficeInfo, Request]]:
    """The clerk's other offices that can do all of it in one visit."""
    found: list[tuple[OfficeInfo, Request]] = []
    for office in offices:
        try:
            if office.id != here.id:
                found.append((office, request_at_desk(office, wanted)))
        except DomainError:
            continue
    return found


def sooner_elsewhere(times: DeskTimes | None, elsewhere: Sequence[Elsewhere]) -> list[Elsewhere]:
    """Where it would be earlier than here, the earliest first."""
    here = times.earliest.start if times and times.earliest else None
    found = [
        (each.time.start, each)
        for each in elsewhere
        if each.time and (here is None or each.time.start < here)
    ]
    return [each for _, each in sorted(found, key=lambda pair: pair[0])]
