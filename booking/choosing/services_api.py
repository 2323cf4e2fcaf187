"""JSON about services: what residents of a town can have done, and what a search finds of it."""

from typing import Annotated

from pydantic import BaseModel, Field
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from ...core.access import PUBLIC, route
from ...core.api import json_response
from ...core.ground import ground_of
from ...core.inputs import Input
from ...core.language import language_of
from ...core.spec import Spec
from ...core.web import query_as
from ...office.directory import Directory, latest_directory
from ...office.infos import Channel, OfferInfo
from .choices import entry_of
from .residence import home_of, open_offers
from .search import MAX_TYPED, find


class SearchQuery(Input):
    """What is looked for; everything when not said."""

    query: Annotated[str, Field(max_length=MAX_TYPED)] = ""


class DocumentAnswer(BaseModel):
    """Something to bring; with a condition, only by those it says."""

    text: str
    condition: str | None


class TownServiceAnswer(BaseModel):
    """A service for residents of a town; `minutes` and `further_minutes` of the quickest office.

    `search_words` are the everyday words it is found by, beside its name; `often` is asked for
    more than others; `bookable` is False for what one comes for without an appointment.
    """

    slug: str
    name: str
    line: str
    topic: str
    minutes: int
    further_minutes: int
    max_count: int
    bookable: bool
    channels: list[Channel]
    documents: list[DocumentAnswer]
    fee: str | None
    online_url: str | None
    often: bool
    search_words: list[str]
    offices: list[str]


async def list_services(request: Request) -> Response:
    """GET /api/v1/municipalities/{m}/services?query=: in the order of showing, or best found first.

    `alle` in the place of a town stands for what anyone may have done.
    """
    directory = await latest_directory(ground_of(request))
    home = home_of(directory, request.path_params["m"])
    typed = query_as(request, SearchQuery).query
    opened = open_offers(directory, home)
    services = sorted((offers[0].service for offers in opened.values()), key=lambda s: s.position)
    slugs = [service.slug for service in services]
    if typed:
        slugs = find([entry_of(service) for service in services], typed)
    language = language_of(request)
    return json_response([_answer(directory, opened[slug], language) for slug in slugs])


def _answer(directory: Directory, offers: list[OfferInfo], language: str) -> dict[str, object]:
    bookable = [offer for offer in offers if offer.is_open_to_book]
    quickest = min(bookable or offers, key=lambda offer: offer.minutes)
    service = quickest.service
    return TownServiceAnswer(
        slug=service.slug,
        name=service.name_in(language),
        line=service.line_in(language),
        topic=service.topic,
        minutes=quickest.minutes,
        further_minutes=quickest.further_minutes,
        max_count=quickest.max_count,
        bookable=bool(bookable),
        channels=list(dict.fromkeys(way for offer in bookable for way in offer.channels)),
        documents=[
            DocumentAnswer(text=document.text, condition=document.condition)
            for document in service.documents_in(language)
        ],
        fee=service.fee_in(language),
        online_url=service.online_url,
        often=service.often,
        search_words=list(service.keywords),
        offices=[directory.office(offer.office_id).slug for offer in offers],
    ).model_dump()


routes: list[BaseRoute] = [
    route(
        "/api/v1/municipalities/{m}/services",
        list_services,
        access=PUBLIC,
        spec=Spec(
            "What residents of a town can have done, and in which offices; found by everyday words",
            query=SearchQuery,
            answers={200: list[TownServiceAnswer]},
            errors=("unknown_municipality",),
        ),
    ),
]
