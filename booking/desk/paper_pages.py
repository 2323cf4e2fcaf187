"""A slip and a letter to print. An address is typed for printing alone and kept nowhere."""

from typing import Annotated

from starlette.requests import Request as HttpRequest
from starlette.responses import Response
from starlette.routing import BaseRoute

from ...core.access import route
from ...core.formats import local_day
from ...core.ground import ground_of
from ...core.inputs import Input, Paragraph
from ...core.web import body_as, page
from ..holder.done_view import qr_code
from ..mails.post import post_of
from .one_pages import HERE, items_before_clerk, opened_by_clerk
from .pages import CLERKS, DESK
from .papers import paper_of

ADDRESS_LINES = 6  # as many as the window of an envelope shows (DIN 5008)


class Address(Input):
    address: Annotated[str, Paragraph(400)] | None = None


async def show_slip(request: HttpRequest) -> Response:
    """GET /office/{o}/appointments/{reference}/slip: small, in the citizen's language."""
    return await _paper_page(request, "booking/slip.html", None, with_german=False)


async def show_letter(request: HttpRequest) -> Response:
    """GET .../letter: in the citizen's language and in German, with lines for an address."""
    return await _paper_page(request, "booking/letter.html", None, with_german=True)


async def address_letter(request: HttpRequest) -> Response:
    """POST there: with the address that was typed."""
    address = (await body_as(request, Address)).address
    return await _paper_page(request, "booking/letter.html", address, with_german=True)


async def _paper_page(
    request: HttpRequest, template: str, address: str | None, *, with_german: bool
) -> Response:
    office, booked = await opened_by_clerk(request)
    ground = ground_of(request)
    items = await items_before_clerk(request, office, booked)
    languages = [booked.language, *(["de"] if with_german else [])]
    papers = [
        paper_of(ground.texts.in_language(each), post_of(ground), office, booked, items)
        for each in dict.fromkeys(languages)
    ]
    lines = address.splitlines() if address else [booked.name or ""]
    context = {
        "municipality": office.municipality,
        "office": office,
        "booked": booked,
        "papers": papers,
        "address": address or "",
        "lines": [line.strip() for line in lines if line.strip()][:ADDRESS_LINES],
        "today": local_day(ground.clock.now()),
        "qr": qr_code(f"AUFRUF:{booked.reference}"),
        "mine": f"{DESK.format(o=office.slug)}/{booked.reference}",
    }
    return page(request, template, context)


routes: list[BaseRoute] = [
    route(HERE + "/slip", show_slip, access=CLERKS),
    route(HERE + "/letter", show_letter, access=CLERKS),
    route(HERE + "/letter", address_letter, access=CLERKS, methods=("POST",)),
]
