"""The page of an office's slides and its urgent message. Handlers; a slide's own form is read and
shown in `slide_pages.py`."""

from typing import Annotated, Literal

from pydantic import Field
from sqlalchemy import Connection
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from ...core.access import allow, route
from ...core.database import HIGHEST_ID
from ...core.errors import DomainError
from ...core.formats import local_day
from ...core.ground import Ground, ground_of
from ...core.inputs import Input
from ...core.web import body_as, form_of, query_as, see_other
from ...office.directory import Directory, latest_directory
from ...office.infos import DeviceInfo, OfficeInfo
from ...office.staff.frame import office_of, staff_page
from ...queue.watching.live import live_of
from ...queue.watching.screens import screens_of
from . import commands, store
from .api import picture_answer
from .form import MessageForm, Wish, message_form, read_message, typed_message
from .rules import MESSAGE_LIMIT, MOST_SLIDES, SlideNow, state_of
from .said import SaidSlide, Speaker
from .store import MessageNow, Size

SLIDES = "/office/{o}/slides"
ONE = SLIDES + "/{id:int}"
CLERKS = allow("staff", "administrator", office="o")

Id = Annotated[int, Field(gt=0, le=HIGHEST_ID)]


class Told(Input):
    """What just happened, and which button was pressed: `up-12` keeps the focus."""

    removed: Id | None = None
    saved: bool = False
    at: Annotated[str, Field(pattern="^(up|down)-[0-9]{1,10}$")] | None = None


class Order(Input):
    """Directly before another slide, or at the end."""

    before: Id | None = None
    way: Literal["up", "down"] = "up"


class Switch(Input):
    active: bool


async def show_slides(request: Request) -> Response:
    """GET /office/{o}/slides: the message, and all slides in their order."""
    return await _page(request, told=query_as(request, Told))


async def put_up(request: Request) -> Response:
    """POST /office/{o}/slides/message: put it on all screens, or say what is wrong."""
    office, ground = await office_of(request), ground_of(request)
    form = typed_message({name: str(value) for name, value in (await form_of(request)).items()})
    wish = read_message(form, ground.clock.now())
    if not isinstance(wish, Wish):
        wrong = MessageForm(form.text, form.text_en, form.until, wish)
        return await _page(request, message=wrong)
    await ground.runner.run(
        office.id,
        commands.put_up_message,
        office_id=office.id,
        text=wish.text,
        text_en=wish.text_en,
        until=wish.until,
    )
    return see_other(SLIDES.format(o=office.slug))


async def take_down(request: Request) -> Response:
    """POST /office/{o}/slides/message/down: take the message off all screens."""
    office = await office_of(request)
    runner = ground_of(request).runner
    await runner.run(office.id, commands.take_down_message, office_id=office.id)
    return see_other(SLIDES.format(o=office.slug))


async def move(request: Request) -> Response:
    """POST /office/{o}/slides/{id}/order: move a slide past its neighbour."""
    office, number, order = (
        await office_of(request),
        slide_id(request),
        await body_as(request, Order),
    )
    await ground_of(request).runner.run(
        office.id,
        commands.move_slide,
        office_id=office.id,
        slide_id=number,
        before=order.before,
    )
    return see_other(f"{SLIDES.format(o=office.slug)}?at={order.way}-{number}#slide-{number}")


async def switch(request: Request) -> Response:
    """POST /office/{o}/slides/{id}/switch: switch a slide on or off."""
    office, number = await office_of(request), slide_id(request)
    active = (await body_as(request, Switch)).active
    await ground_of(request).runner.run(
        office.id,
        commands.switch_slide,
        office_id=office.id,
        slide_id=number,
        active=active,
    )
    return see_other(f"{SLIDES.format(o=office.slug)}#slide-{number}")


async def remove(request: Request) -> Response:
    """POST /office/{o}/slides/{id}/remove: take a slide away, with a way back on the page."""
    office, number = await office_of(request), slide_id(request)
    await ground_of(request).runner.run(
        office.id, commands.remove_slide, office_id=office.id, slide_id=number
    )
    return see_other(f"{SLIDES.format(o=office.slug)}?removed={number}")


async def bring_back(request: Request) -> Response:
    """POST /office/{o}/slides/{id}/back: bring back a slide that was removed."""
    office, number = await office_of(request), slide_id(request)
    try:
        await ground_of(request).runner.run(
            office.id, commands.bring_back, office_id=office.id, slide_id=number
        )
    except DomainError as refusal:
        if refusal.code != "too_many_slides":
            raise
        return await _page(request, refusal=refusal)
    return see_other(f"{SLIDES.format(o=office.slug)}#slide-{number}")


async def show_picture(request: Request) -> Response:
    """GET /office/{o}/slides/pictures/{digest}: the picture of a slide, small below `small/`."""
    office, digest = await office_of(request), request.path_params["digest"]
    small = "/small/" in request.scope["path"]
    read = ground_of(request).database.read
    return picture_answer(await read(store.find_picture, digest, (office.id,), small=small))


def slide_id(request: Request) -> int:
    """Which slide the path names; one that cannot be is 0, which there never is."""
    number = int(request.path_params["id"])
    return number if number <= HIGHEST_ID else 0


def speaker_for(
    ground: Ground, office: OfficeInfo, sizes: dict[str, Size], *, small: bool = False
) -> Speaker:
    """Says slides as a screen of the office alone has them, with the office's own pictures."""
    house = ground.texts.in_language(ground.settings.languages[0])
    place = f"{SLIDES.format(o=office.slug)}/{'small' if small else 'pictures'}"
    return Speaker(house, place, sizes, named=False)


def slide_screens(directory: Directory, office: OfficeInfo) -> tuple[DeviceInfo, ...]:
    """The screens of the waiting area that show slides of this office."""
    return tuple(
        device
        for device in screens_of(directory, office.area_id)
        if device.screen.layout == "slides" and device.screen.shows_office(office.slug)
    )


Read = tuple[tuple[SlideNow, ...], tuple[SlideNow, ...], dict[str, Size], MessageNow | None]


def _read(conn: Connection, office_id: int) -> Read:
    slides, removed = store.load_slides(conn, office_id), store.load_removed(conn, office_id)
    digests = {slide.content.picture for slide in slides if slide.content.picture}
    message = store.find_message(conn, office_id)
    return slides, removed, store.load_sizes(conn, digests), message


async def _page(
    request: Request,
    told: Told | None = None,
    message: MessageForm | None = None,
    refusal: DomainError | None = None,
) -> Response:
    office, ground = await office_of(request), ground_of(request)
    now, directory = ground.clock.now(), await latest_directory(ground)
    slides, removed, sizes, standing = await ground.database.read(_read, office.id)
    told = told or Told()
    live = live_of(ground).screens
    screens = [(one, live.state(one.slug).connected) for one in slide_screens(directory, office)]
    context: dict[str, object] = {
        "base": SLIDES.format(o=office.slug),
        "slides": slides,
        "states": {slide.id: state_of(slide, local_day(now)) for slide in slides},
        "said": _said(speaker_for(ground, office, sizes, small=True), slides, office, ground),
        "removed": removed,
        "just_removed": next((one for one in removed if one.id == told.removed), None),
        "saved": told.saved,
        "at": told.at,
        "standing": _still(standing, ground),
        "message": message or message_form(_still(standing, ground)),
        "refusal": refusal,
        "screens": screens,
        "seen": any(there for _, there in screens),
        "most": MOST_SLIDES,
        "message_most": MESSAGE_LIMIT,
    }
    status = refusal.status if refusal else 422 if message else 200
    return await staff_page(request, "display/slides.html", office, context, status)


def _still(message: MessageNow | None, ground: Ground) -> MessageNow | None:
    """Screens take it down at its end by themselves; the job follows a little later."""
    over = message is not None and message.until and message.until <= ground.clock.now()
    return None if over else message


def _said(
    speaker: Speaker, slides: tuple[SlideNow, ...], office: OfficeInfo, ground: Ground
) -> dict[int, SaidSlide]:
    day = local_day(ground.clock.now())
    return {slide.id: speaker.say(slide, office, day) for slide in slides}


routes: list[BaseRoute] = [
    route(SLIDES, show_slides, access=CLERKS),
    route(SLIDES + "/message", put_up, access=CLERKS, methods=("POST",)),
    route(SLIDES + "/message/down", take_down, access=CLERKS, methods=("POST",)),
    route(SLIDES + "/pictures/{digest}", show_picture, access=CLERKS),
    route(SLIDES + "/small/{digest}", show_picture, access=CLERKS),
    route(ONE + "/order", move, access=CLERKS, methods=("POST",)),
    route(ONE + "/switch", switch, access=CLERKS, methods=("POST",)),
    route(ONE + "/remove", remove, access=CLERKS, methods=("POST",)),
    route(ONE + "/back", bring_back, access=CLERKS, methods=("POST",)),
]
