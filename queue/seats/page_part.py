"""What the counter's page has to know of its seat, besides what the feed tells."""

from collections.abc import Mapping

from starlette.requests import Request

from ...core.access import Employee, principal_of
from ...core.ground import ground_of
from ...core.language import language_of
from ...office.directory import CounterInfo, OfferInfo, OfficeInfo
from . import store
from .rights import calls_any


async def seat_context(
    request: Request, office: OfficeInfo, counter: CounterInfo
) -> Mapping[str, object]:
    """`own_seat` (the seat, if it is theirs), `calls_any`, and `own_offers` of the counter."""
    principal = principal_of(request)
    sitting = await ground_of(request).database.read(store.find_sitting, counter.id)
    is_own = (
        sitting is not None
        and isinstance(principal, Employee)
        and sitting.staff_id == principal.staff_id
    )
    return {
        "own_seat": sitting.id if sitting is not None and is_own else None,
        "calls_any": calls_any(request, office.id),
        "own_offers": offers_at(office, counter, language_of(request)),
    }


def offers_at(office: OfficeInfo, counter: CounterInfo, language: str) -> list[OfferInfo]:
    """What the counter can do, by name."""
    here = [offer for offer in office.offers if offer.id in counter.offers]
    return sorted(here, key=lambda offer: offer.service.name_in(language).casefold())
