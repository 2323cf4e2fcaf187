"""The page of an offer, by the link of its mail: the time, until when, and three answers to it.

Looking changes nothing; scanners of mail open links too. Every button may be pressed twice.
"""

from starlette.requests import Request as HttpRequest
from starlette.responses import Response
from starlette.routing import BaseRoute

from ...core.access import HOLDER, route
from ...core.errors import DomainError, not_found
from ...core.formats import local_day
from ...core.ground import Ground, ground_of
from ...core.secrets import is_same
from ...core.web import body_as, page, see_other
from ...office.directory import latest_directory
from ..links import holder_path
from ..mails.sending import post_of
from ..rules import read_reference
from ..times.time_page import texts_of
from ..words import item_words, large_day
from . import answering
from . import commands as waiting
from .answering import Offered, read_offered
from .inputs import OfferAnswer
from .links import offer_path, offer_secret
from .store import Offer


async def show_offer(request: HttpRequest) -> Response:
    """GET /termin/angebot/{reference}/{secret}: the time, and until when. Changes nothing."""
    ground = ground_of(request)
    offered = await _opened(request)
    offer, now, t = offered.offer, ground.clock.now(), texts_of(request)
    directory = await latest_directory(ground)
    office = directory.office(offer.office_id)
    town = directory.municipality(offered.entry.resident_of or office.municipality.id)
    context = {
        "municipality": town,
        "office": office,
        "state": offered.state_at(now),
        "start": offer.start_at,
        "large_day": large_day(local_day(offer.start_at), t.language),
        "until": offer.until,
        "until_today": local_day(offer.until) == local_day(now),
        "own": offered.own,
        "present_day": offered.own and large_day(local_day(offered.own.start_at), t.language),
        "items": [item_words(t, office.offer(o), n) for o, n in offered.entry.services],
        "channel": offered.entry.channel,
        "still_waits": offered.entry.status == "waiting",
        "appointment": _appointment_path(ground, offered),
        "here": _path(ground, offer),
    }
    return page(request, "booking/offer.html", context)


async def take(request: HttpRequest) -> Response:
    """POST .../nehmen: moved or booked; when it is over, the page says so."""
    ground, offered = ground_of(request), await _opened(request)
    try:
        held = await ground.runner.run(
            offered.offer.office_id,
            answering.take_offer,
            reference=offered.offer.reference,
            post=post_of(ground),
        )
    except DomainError as refusal:
        if refusal.code != "offer_over":
            raise
        return see_other(_path(ground, offered.offer))
    moved = "?verschoben=1" if offered.own else ""
    return see_other(holder_path(ground.secret_key, held.reference) + moved)


async def decline(request: HttpRequest) -> Response:
    """POST .../ablehnen: it goes to the next person; with `stop` no more offers come."""
    ground, offered = ground_of(request), await _opened(request)
    answer = await body_as(request, OfferAnswer)
    office_id, post = offered.offer.office_id, post_of(ground)
    await ground.runner.run(
        office_id, answering.decline_offer, reference=offered.offer.reference, post=post
    )
    if answer.stop:
        await ground.runner.run(
            office_id, waiting.leave_waiting_list, entry_id=offered.entry.id, post=post
        )
    return see_other(_path(ground, offered.offer))


async def _opened(request: HttpRequest) -> Offered:
    """The offer of the secret link; unknown_offer for any other."""
    ground, params = ground_of(request), request.path_params
    plain = read_reference(params["reference"])
    if plain is None or not is_same(params["secret"], offer_secret(ground.secret_key, plain)):
        raise not_found("unknown_offer")
    found = await ground.database.read(read_offered, plain)
    if found is None:
        raise not_found("unknown_offer")
    return found


def _appointment_path(ground: Ground, offered: Offered) -> str | None:
    """Where their appointment stands, if they have one."""
    booked = offered.own or (offered.hold if offered.offer.status == "taken" else None)
    return holder_path(ground.secret_key, booked.reference) if booked else None


def _path(ground: Ground, offer: Offer) -> str:
    return offer_path(ground.secret_key, offer.reference)


_HERE = "/termin/angebot/{reference}/{secret}"

routes: list[BaseRoute] = [
    route(_HERE, show_offer, access=HOLDER),
    route(_HERE + "/nehmen", take, access=HOLDER, methods=("POST",)),
    route(_HERE + "/ablehnen", decline, access=HOLDER, methods=("POST",)),
]
