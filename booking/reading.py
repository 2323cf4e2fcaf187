"""Questions that pages and interface ask alike, and the check of the secret. No HTML, no JSON."""

from dataclasses import dataclass
from datetime import datetime
from typing import cast

from sqlalchemy import Connection

from ..core.errors import DomainError, not_found
from ..core.ground import Ground
from ..core.secrets import is_same
from ..office.directory import Directory
from ..office.infos import MunicipalityInfo, OfficeInfo
from . import store
from .days import TakenDays, earliest_start
from .links import secret_of
from .rules import Request, Wanted, read_reference, read_request
from .store import Booked


def taken_days(ground: Ground) -> TakenDays:
    """This process's memory of what is taken."""
    return cast("TakenDays", ground.parts.setdefault("booking", TakenDays()))


async def open_appointment(ground: Ground, reference: str, secret: str) -> Booked:
    """The appointment for its holder. A wrong secret is as unknown as a wrong reference."""
    plain = read_reference(reference)
    if plain is None or not is_same(secret, secret_of(ground.secret_key, plain)):
        raise not_found("unknown_appointment")
    booked = await ground.database.read(store.find_appointment, plain)
    if booked is None:
        raise not_found("unknown_appointment")
    return booked


@dataclass(frozen=True, slots=True)
class Possibility:
    """An office that can do what is wanted in one visit, and when at the earliest."""

    office: OfficeInfo
    request: Request
    start: datetime | None


def offices_for(
    directory: Directory, municipality: MunicipalityInfo, wanted: tuple[Wanted, ...]
) -> list[tuple[OfficeInfo, Request]]:
    """Offices that do all of it for the town's residents, its own first.

    Raises the reason why there is none: unknown_service, not_together, or what `read_request` says.
    """
    offers = directory.offers_for(municipality.id)
    slugs = {each.slug for each in wanted}
    found: list[tuple[OfficeInfo, Request]] = []
    reason = not_found("unknown_service")
    for office_id in dict.fromkeys(offer.office_id for offer in offers):
        office = directory.office(office_id)
        done = {offer.service.slug for offer in offers if offer.office_id == office_id}
        if not slugs <= done:
            if slugs & done:
                reason = DomainError("not_together", 409, {"services": sorted(slugs)})
            continue
        try:
            found.append((office, read_request(office, wanted)))
        except DomainError as refusal:
            reason = refusal
    if not found:
        raise reason
    return found


def earliest_times(
    conn: Connection,
    known: TakenDays,
    offices: list[tuple[OfficeInfo, Request]],
    now: datetime,
) -> list[Possibility]:
    """The first free start in each office."""
    return [
        Possibility(office, request, earliest_start(conn, known, office, request, now))
        for office, request in offices
    ]
