"""Where somebody lives, and what follows from it: which offices are there for them. Pure."""

from collections.abc import Sequence

from ...core.errors import DomainError
from ...office.directory import Directory
from ...office.infos import MunicipalityInfo, OfferInfo, OfficeInfo, ServiceInfo
from ..reading import offices_anywhere, offices_for
from ..rules import Request, Wanted

# Stands in an address where a town would: for who lives in none of the towns, or need not say.
ANYWHERE = MunicipalityInfo(
    id=0,
    slug="alle",
    name="",
    full_name="",
    state="",
    crest="",
    colour_action=None,
    colour_call=None,
    homepage_url=None,
    imprint_url=None,
    privacy_url=None,
    accessibility_url=None,
    feedback_email=None,
    position=0,
)

Able = tuple[OfficeInfo, Request]


def home_of(directory: Directory, slug: str) -> MunicipalityInfo:
    """The town of an address, or `ANYWHERE`; unknown_municipality (404) for any other."""
    return ANYWHERE if slug == ANYWHERE.slug else directory.municipality(slug)


def is_town(home: MunicipalityInfo) -> bool:
    return home.id != ANYWHERE.id


def head_of(directory: Directory, home: MunicipalityInfo) -> dict[str, object]:
    """What the head and the foot of a page are made of: one town, or all of them."""
    towns = tuple(directory.municipalities.values())
    return {"municipality": home if is_town(home) else None, "foot_towns": towns}


def open_offers(directory: Directory, home: MunicipalityInfo) -> dict[str, list[OfferInfo]]:
    """What the public of a home can have done, by service: in the nearest offices that do it.

    The own offices and those shared with other towns; of what none of these does, the offices
    that serve anyone. What only staff give is left out, and what is given no longer.
    """
    found: dict[str, list[OfferInfo]] = {}
    for offer in filter(_is_public, directory.offers_for(home.id)):
        found.setdefault(offer.service.slug, []).append(offer)
    near = frozenset(found)
    for offer in filter(_is_public, directory.offers.values()):
        if offer.service.slug not in near and offer.is_for(home.id):
            found.setdefault(offer.service.slug, []).append(offer)
    return found


def closed_services(directory: Directory, home: MunicipalityInfo) -> list[ServiceInfo]:
    """What offices here do for the residents of other towns alone."""
    opened = open_offers(directory, home)
    every = {
        each.service.slug: each.service for each in directory.offers.values() if _is_public(each)
    }
    return [service for slug, service in every.items() if slug not in opened]


def able_offices(
    directory: Directory, home: MunicipalityInfo, wanted: Sequence[Wanted]
) -> list[Able]:
    """The offices that do all of it for a home: the responsible ones, else any that serves anyone.

    Raises what `offices_for` raises; not_for_residents (409) for what is done for others alone.
    """
    try:
        return offices_for(directory, home, tuple(wanted))
    except DomainError as refusal:
        if refusal.code not in {"unknown_service", "not_together"}:
            raise
        reason = refusal
    try:
        return offices_anywhere(directory, home, tuple(wanted))
    except DomainError as refusal:
        closed = {service.slug for service in closed_services(directory, home)}
        alone = sorted(closed & {each.slug for each in wanted})
        if alone:
            raise DomainError("not_for_residents", 409, {"service": alone[0]}) from None
        raise (refusal if reason.code == "unknown_service" else reason) from None


def matters(
    directory: Directory, wanted: Sequence[Wanted], office: OfficeInfo | None = None
) -> bool:
    """Whether it depends on the home which offices are there, or whether the office named is."""
    homes = (*directory.municipalities.values(), ANYWHERE)
    answers = {_answer(directory, home, wanted, office) for home in homes}
    return len(answers) > 1


def _answer(
    directory: Directory,
    home: MunicipalityInfo,
    wanted: Sequence[Wanted],
    office: OfficeInfo | None,
) -> frozenset[int]:
    try:
        offices = frozenset(each.id for each, _ in all_offices(directory, home, wanted))
    except DomainError:
        return frozenset()
    return offices & {office.id} if office else offices


def all_offices(
    directory: Directory, home: MunicipalityInfo, wanted: Sequence[Wanted]
) -> list[Able]:
    """The same with every office that serves anyone: an office may have been named by a link."""
    able_offices(directory, home, wanted)
    return offices_anywhere(directory, home, tuple(wanted))


def visits_of(
    directory: Directory, home: MunicipalityInfo, wanted: Sequence[Wanted]
) -> list[list[Wanted]]:
    """What does not go together, split into visits that do: each service joins the first it can."""
    visits: list[list[Wanted]] = []
    for each in wanted:
        for visit in visits:
            if _goes(directory, home, [*visit, each]):
                visit.append(each)
                break
        else:
            visits.append([each])
    return visits


def _goes(directory: Directory, home: MunicipalityInfo, wanted: Sequence[Wanted]) -> bool:
    try:
        return bool(able_offices(directory, home, wanted))
    except DomainError:
        return False


def _is_public(offer: OfferInfo) -> bool:
    return not offer.staff_only and (offer.bookable or offer.walk_in or offer.online_only)
