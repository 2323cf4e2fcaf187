"""The page on which staff close an office early, and give everybody who waits an appointment."""

from typing import Annotated

from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from ...booking.desk.form import DeskView
from ...booking.desk.pages import CLERKS
from ...booking.mails.post import post_of
from ...booking.reading import taken_days
from ...booking.times.time_page import OTHER_TIME, texts_of
from ...booking.words import item_words
from ...core.access import route
from ...core.database import HIGHEST_ID
from ...core.errors import DomainError, not_found
from ...core.formats import number_text
from ...core.ground import ground_of
from ...core.inputs import Input, Line
from ...core.web import body_as, query_as, see_other
from ...office.directory import latest_directory
from ...office.infos import OfficeInfo
from ...office.staff.frame import office_of, staff_page
from .. import store as queue_store
from ..state import TicketNow
from . import commands
from .view import ClosingView, read_closing, read_times

CLOSE = "/office/{o}/close"
ONE = CLOSE + "/{id:int}"
_SHOWN_AGAIN = OTHER_TIME | {"wrong_state", "not_bookable", "not_together", "too_many"}


class Where(Input):
    """This office alone, or all of its waiting area."""

    everywhere: bool = False


class Done(Input):
    """The ticket somebody was just given an appointment for; `already`: by somebody else before."""

    done: Annotated[int, Field(gt=0, le=HIGHEST_ID)] | None = None
    already: bool = False


class Rebooking(DeskView):
    """A time that was pressed, or days to look at; a name, if somebody gave one."""

    name: Annotated[str, Line(100)] | None = None


class WithoutOne(Input):
    because: commands.Because


async def show_closing(request: Request) -> Response:
    """GET /office/{o}/close: what it does; once closed, who waits with the times proposed."""
    return await _closing_page(request, query_as(request, Done))


async def close(request: Request) -> Response:
    """POST there: no more numbers today, here or in the whole waiting area."""
    return await _for_offices(request, commands.close_offices)


async def open_again(request: Request) -> Response:
    """POST /office/{o}/close/reopen: taken back."""
    return await _for_offices(request, commands.reopen_offices)


async def show_times(request: Request) -> Response:
    """GET /office/{o}/close/{id}: every free time for one who waits."""
    office, ticket = await _opened(request)
    return await _times_page(request, office, ticket, DeskView())


async def rebook(request: Request) -> Response:
    """POST there: the appointment is given; or other days, or what is free when it was taken."""
    office, ticket = await _opened(request)
    pressed = await body_as(request, Rebooking)
    if pressed.start is None:
        return await _times_page(request, office, ticket, pressed)
    ground = ground_of(request)
    house = ground.texts.in_language(ground.settings.languages[0])
    try:
        given = await ground.runner.run(
            await ground.database.read(queue_store.find_offices_of_ticket, ticket.id),
            commands.rebook,
            ticket_id=ticket.id,
            start=pressed.start,
            name=pressed.name or house("closing.nobody", number=number_text(ticket.number)),
            post=post_of(ground),
        )
    except DomainError as refusal:
        if refusal.code not in _SHOWN_AGAIN:
            raise
        return await _closing_page(request, Done(), refusal)
    already = "&already=true" if given.already else ""
    return see_other(f"{CLOSE.format(o=office.slug)}?done={ticket.id}{already}")


async def let_go(request: Request) -> Response:
    """POST .../{id}/without: done by hand, or no appointment is wanted."""
    office, ticket = await _opened(request)
    because = (await body_as(request, WithoutOne)).because
    ground = ground_of(request)
    offices = await ground.database.read(queue_store.find_offices_of_ticket, ticket.id)
    await ground.runner.run(offices, commands.let_go, ticket_id=ticket.id, because=because)
    return see_other(f"{CLOSE.format(o=office.slug)}#list")


async def put_on_list(request: Request) -> Response:
    """POST .../{id}/back: that was a mistake."""
    office, ticket = await _opened(request)
    ground = ground_of(request)
    offices = await ground.database.read(queue_store.find_offices_of_ticket, ticket.id)
    await ground.runner.run(offices, commands.put_on_list, ticket_id=ticket.id)
    return see_other(f"{CLOSE.format(o=office.slug)}#list")


async def _for_offices(request: Request, command: commands.OfOffices) -> Response:
    office = await office_of(request)
    everywhere = (await body_as(request, Where)).everywhere
    offices = [office, *(await _neighbours(request, office) if everywhere else ())]
    ids = [each.id for each in offices]
    await ground_of(request).runner.run(ids, command, offices=ids)
    return see_other(CLOSE.format(o=office.slug))


async def _neighbours(request: Request, office: OfficeInfo) -> list[OfficeInfo]:
    """The other offices of the waiting area. Who may close one may close all: in an alarm nobody
    looks for somebody with the right to."""
    directory = await latest_directory(ground_of(request))
    return [each for each in directory.offices_of_area(office.area_id) if each.id != office.id]


async def _opened(request: Request) -> tuple[OfficeInfo, TicketNow]:
    """The ticket the path names, in the office it names; else unknown_ticket."""
    office, number = await office_of(request), int(request.path_params["id"])
    ticket = None
    if number <= HIGHEST_ID:
        ticket = await ground_of(request).database.read(queue_store.find_ticket, number)
    if ticket is None or ticket.office_id != office.id:
        raise not_found("unknown_ticket")
    return office, ticket


async def _closing_page(
    request: Request, told: Done, refusal: DomainError | None = None
) -> Response:
    office, ground = await office_of(request), ground_of(request)
    neighbours = await _neighbours(request, office)
    view = await ground.database.read(
        read_closing, taken_days(ground), office, neighbours, ground.clock.now()
    )
    context: dict[str, object] = {
        "view": view,
        "words": _words(request, office, [row.ticket for row in view.rows]),
        "done": _just_done(view, told),
        "already": told.already,
        "refusal": refusal,
        "base": CLOSE.format(o=office.slug),
    }
    status = refusal.status if refusal else 200
    return await staff_page(request, "queue/closing.html", office, context, status)


def _just_done(view: ClosingView, told: Done) -> object:
    return next((each for each in view.settled if each.id == told.done and each.reference), None)


async def _times_page(
    request: Request, office: OfficeInfo, ticket: TicketNow, asked: DeskView
) -> Response:
    ground = ground_of(request)
    times = await ground.database.read(
        read_times, taken_days(ground), office, ticket, ground.clock.now(), asked.shown()
    )
    context: dict[str, object] = {
        "ticket": ticket,
        "items": _words(request, office, [ticket])[ticket.id],
        "times": times,
        "typed": getattr(asked, "name", None) or "",
        "elsewhere": [],
        "focus": "next",
        "base": CLOSE.format(o=office.slug),
    }
    return await staff_page(request, "queue/closing_times.html", office, context)


def _words(
    request: Request, office: OfficeInfo, tickets: list[TicketNow]
) -> dict[int, tuple[str, ...]]:
    """By ticket, what is still to do."""
    t = texts_of(request)
    return {
        ticket.id: tuple(
            item_words(t, office.offer(one.offer_id), one.count)
            for one in ticket.services
            if one.step_id is None
        )
        for ticket in tickets
    }


routes: list[BaseRoute] = [
    route(CLOSE, show_closing, access=CLERKS),
    route(CLOSE, close, access=CLERKS, methods=("POST",)),
    route(CLOSE + "/reopen", open_again, access=CLERKS, methods=("POST",)),
    route(ONE, show_times, access=CLERKS),
    route(ONE, rebook, access=CLERKS, methods=("POST",)),
    route(ONE + "/without", let_go, access=CLERKS, methods=("POST",)),
    route(ONE + "/back", put_on_list, access=CLERKS, methods=("POST",)),
]
