"""Questions that pages and interface ask alike, and the check of the secret. No HTML, no JSON."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import cast

from sqlalchemy import Connection

from ..core.errors import DomainError, not_found
from ..core.ground import Ground
from ..core.secrets import is_same
from ..office.directory import Directory
from ..office.infos import MunicipalityInfo, OfferInfo, OfficeInfo
from . import store
from .days import first_starts
from .links import secret_of
from .rules import Request, Wanted, read_reference, read_request
from .store import Booked
from .taken_days import TakenDays

# Of each office, where the earliest times of several stand beside each other.
STARTS_SHOWN = 4
_NEVER = datetime.max.replace(tzinfo=UTC)


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
    """An office that can do what is wanted in one visit, with its earliest free starts."""

    office: OfficeInfo
    request: Request
    starts: tuple[datetime, ...]

    @property
    def start(self) -> datetime | None:
        return next(iter(self.starts), None)


def offices_for(
    directory: Directory, municipality: MunicipalityInfo, wanted: tuple[Wanted, ...]
) -> list[tuple[OfficeInfo, Request]]:
    """Offices that do all of it for the town's residents, its own first.

    Raises the reason why there is none: unknown_service, not_together, or what `read_request` says.
    """
    return _able(directory, directory.offers_for(municipality.id), wanted)


def offices_anywhere(
    directory: Directory, municipality: MunicipalityInfo, wanted: tuple[Wanted, ...]
) -> list[tuple[OfficeInfo, Request]]:
    """The same, and after them the offices of other towns that do it for anyone.

    Raises what `offices_for` raises.
    """
    near = directory.offers_for(municipality.id)
    far = [offer for offer in directory.offers.values() if offer.is_for(municipality.id)]
    return _able(directory, [*near, *far], wanted)


def _able(
    directory: Directory, offers: Sequence[OfferInfo], wanted: tuple[Wanted, ...]
) -> list[tuple[OfficeInfo, Request]]:
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
    offices: Sequence[tuple[OfficeInfo, Request]],
    now: datetime,
    limit: int = 1,
) -> list[Possibility]:
    """The first free starts in each office, in the order of the offices."""
    return [
        Possibility(
            office,
            request,
            tuple(first_starts(conn, known, office, request, now, limit=limit)),
        )
        for office, request in offices
    ]


def in_order_of_time(found: Iterable[Possibility]) -> list[Possibility]:
    """The earliest first; where nothing is free comes last."""
    return sorted(found, key=lambda each: each.start or _NEVER)
