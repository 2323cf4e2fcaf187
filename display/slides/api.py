"""What a screen loads of slides: today's list, and the pictures in it."""

from hashlib import sha256

from sqlalchemy import Connection
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from ...core.access import allow, route
from ...core.errors import not_found
from ...core.formats import local_day
from ...core.ground import ground_of
from ...office.directory import latest_directory
from ..screen_page import offices_shown
from . import store
from .rules import SlideNow, shown_on
from .said import SaidSlides, Speaker
from .store import Size

# A picture's address is its content: whoever has it need not ask again.
PICTURE_CACHE = "private, max-age=31536000, immutable"
_SCREENS = allow("display", "staff", device="d")
_LIST = "/display/{d}/slides"


async def list_slides(request: Request) -> Response:
    """GET /display/{d}/slides: what is shown today, of the offices the screen shows.

    With an ETag: a screen that asks again mostly hears that nothing has changed.
    """
    ground = ground_of(request)
    directory = await latest_directory(ground)
    device = directory.display(request.path_params["d"])
    day = local_day(ground.clock.now())
    offices = {office.id: office for office in offices_shown(directory, device)}
    slides, sizes, versions = await ground.database.read(_read, tuple(offices))
    house = ground.texts.in_language(ground.settings.languages[0])
    place = _LIST.format(d=device.slug)
    speaker = Speaker(house, place, sizes, named=len(offices) > 1)
    said = SaidSlides(
        day=day,
        versions={offices[office].slug: version for office, version in versions.items()},
        slides=tuple(
            speaker.say(slide, offices[slide.office_id], day) for slide in shown_on(slides, day)
        ),
    )
    return _answer(request, said.model_dump_json())


async def show_picture(request: Request) -> Response:
    """GET /display/{d}/slides/{digest}: a picture on a slide of an office the screen shows."""
    ground = ground_of(request)
    directory = await latest_directory(ground)
    device = directory.display(request.path_params["d"])
    offices = [office.id for office in offices_shown(directory, device)]
    digest = request.path_params["digest"]
    return picture_answer(await ground.database.read(store.find_picture, digest, offices))


def picture_answer(found: tuple[str, bytes] | None) -> Response:
    """The bytes of a picture, kept by the browser; 404 where there is none."""
    if found is None:
        raise not_found()
    media_type, content = found
    return Response(content, headers={"Cache-Control": PICTURE_CACHE}, media_type=media_type)


def _read(
    conn: Connection, offices: tuple[int, ...]
) -> tuple[tuple[SlideNow, ...], dict[str, Size], dict[int, int]]:
    slides = store.load_slides_of(conn, offices)
    digests = {slide.content.picture for slide in slides if slide.content.picture}
    return slides, store.load_sizes(conn, digests), store.load_versions(conn, offices)


def _answer(request: Request, text: str) -> Response:
    tag = f'"{sha256(text.encode()).hexdigest()[:24]}"'
    headers = {"ETag": tag, "Cache-Control": "private, no-cache"}
    if request.headers.get("if-none-match") == tag:
        return Response(status_code=304, headers=headers)
    return Response(text, headers=headers, media_type="application/json")


routes: list[BaseRoute] = [
    route(_LIST, list_slides, access=_SCREENS, name="slides"),
    route(_LIST + "/{digest}", show_picture, access=_SCREENS),
]
