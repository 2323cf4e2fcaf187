"""The demo's own pages: its start, the mails that would have been sent, the switch of the live day.

They exist in the demo only, and only for this machine or whoever its operator lets in.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from ...core.access import PUBLIC, route
from ...core.errors import not_found
from ...core.framed import framed
from ...core.ground import Ground, ground_of
from ...core.language import language_of
from ...core.web import form_of, page, see_other
from ...office.directory import Directory, latest_directory
from ...office.infos import DeviceInfo, OfficeInfo
from ...queue.watching.live import live_of
from .mails import find_mail, newest_mails
from .play import Play
from .screens import example_office, own_slugs, screens_of
from .seed import DemoAccess, good_tokens, known_tokens

# Pages of an office for its staff: the key of the word and the path below `/office/…/`.
_DAILY = {key: key for key in ("appointments", "day", "change", "tickets", "close", "paper")}
_SET_UP = {
    **{key: key for key in ("hours", "calling", "screens", "slides", "mails")},
    "history": "hours/history",
    "outbox": "mails/outbox",
    "feed": "mails#feed",
}


@dataclass(frozen=True)
class Demo:
    """The demo's live object in `ground.parts`."""

    access: DemoAccess
    play: Play


def demo_of(ground: Ground) -> Demo:
    demo = ground.parts["app"]
    assert isinstance(demo, Demo)
    return demo


async def show_start(request: Request) -> Response:
    """GET /: what there is to see, screen by screen."""
    ground = ground_of(request)
    directory, demo = await latest_directory(ground), demo_of(ground)
    context = {
        "areas": directory.areas.values(),
        "screens": tuple(_named_screens(directory)),
        "directory": directory,
        "access": demo.access,
        "tokens": await ground.database.read(good_tokens, known_tokens(demo.access)),
        "playing": demo.play.is_running,
        "figures": {o: live_of(ground).estimate(o) for o in directory.offices},
        # Towns name their counters in German and English; elsewhere the label alone is clearer.
        "words_of_counters": language_of(request).startswith(("de", "en")),
        **_examples(example_office(directory)),
    }
    return page(request, "app/start.html", context)


def _named_screens(directory: Directory) -> Iterator[tuple[DeviceInfo, str | None]]:
    """The first screen of each room by the room's name, then the others by their own; None where
    the layout says enough.
    """
    screens, first = tuple(screens_of(directory)), dict[int, DeviceInfo]()
    for one in screens:
        first.setdefault(one.area_id, one)
    for area_id, one in first.items():
        yield one, directory.area(area_id).name
    own = own_slugs(directory)
    for one in screens:
        if one not in first.values():
            yield one, None if one.slug in own else one.name


def _examples(office: OfficeInfo) -> dict[str, object]:
    """Pages that every town or office has, at one of them: the key of the word and the path."""
    bookable = next(offer for offer in office.offers if not offer.online_only)
    town, query = office.municipality.slug, urlencode({"service": f"{bookable.service.slug}:1"})
    booking = {
        "month": f"/termin/{town}/zeit?{query}&view=month",
        "waiting": f"/termin/{town}/warteliste?{query}&office={office.slug}",
    }
    home = f"/office/{office.slug}"
    daily = {key: f"{home}/{path}" for key, path in _DAILY.items()} | {"all": "/counters"}
    set_up = {key: f"{home}/{path}" for key, path in _SET_UP.items()}
    groups = {"today": daily.items(), "setup": set_up.items()}
    return {"example": office, "examples": booking.items(), "staff_groups": groups.items()}


async def switch_play(request: Request) -> Response:
    """POST /demo/live: switch the simulated day on or off."""
    demo = demo_of(ground_of(request))
    wanted = (await form_of(request)).get("state")
    await (demo.play.start() if wanted == "on" else demo.play.stop())
    return see_other("/")


async def show_mails(request: Request) -> Response:
    """GET /demo/mail"""
    mails = await ground_of(request).database.read(newest_mails)
    return page(request, "app/mails.html", {"mails": mails})


async def show_mail(request: Request) -> Response:
    """GET /demo/mail/{id}"""
    mail = await ground_of(request).database.read(find_mail, request.path_params["id"])
    if mail is None:
        raise not_found()
    return page(request, "app/mail.html", {"mail": mail})


async def show_html(request: Request) -> Response:
    """GET /demo/mail/{id}/html: the mail as it looks, for the frame of its page."""
    mail = await ground_of(request).database.read(find_mail, request.path_params["id"])
    if mail is None or mail.html is None:
        raise not_found()
    return framed(mail.html)


async def show_calendar(request: Request) -> Response:
    """GET /demo/mail/{id}/kalender.ics: the invitation that hung on the mail."""
    mail = await ground_of(request).database.read(find_mail, request.path_params["id"])
    if mail is None or mail.calendar is None:
        raise not_found()
    return Response(mail.calendar, media_type="text/calendar; charset=utf-8")


routes: list[BaseRoute] = [
    route("/", show_start, access=PUBLIC, name="start", chapter="start"),
    route("/demo/live", switch_play, access=PUBLIC, methods=("POST",)),
    route("/demo/mail", show_mails, access=PUBLIC, chapter="start"),
    route("/demo/mail/{id:int}", show_mail, access=PUBLIC, chapter="start"),
    route("/demo/mail/{id:int}/html", show_html, access=PUBLIC),
    route("/demo/mail/{id:int}/kalender.ics", show_calendar, access=PUBLIC),
]
