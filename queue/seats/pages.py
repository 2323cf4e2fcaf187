"""The pages on which staff begin their day: which counter, and what they serve there.

Both work without script. The counter's own page is in `counter_pages.py`.
"""

from collections.abc import Collection
from datetime import datetime
from typing import cast

from sqlalchemy import Connection
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from ...core.access import Employee, allow, principal_of, route
from ...core.errors import DomainError
from ...core.ground import ground_of
from ...core.language import language_of
from ...core.web import form_of, page, see_other
from ...office.directory import CounterInfo, Directory, OfficeInfo, latest_directory
from ...office.staff import account_store
from ...office.staff.frame import menu_for
from ..counter.counter_store import load_counters
from ..counter.counters import Offers, set_counter_state
from . import store
from .choosing import OfficeChoices, Room, mine_among, usual_of
from .page_part import offers_at


async def show_counters(request: Request) -> Response:
    """GET /counters: the usual one on top, then all counters of one's offices and who is where."""
    ground, employee = ground_of(request), _employee(request)
    directory = await latest_directory(ground)
    offices = await _choices(request, directory)
    usual = await ground.database.read(store.find_usual, employee.staff_id)
    towns = {here.town.id: here.town for here in offices}
    mine = mine_among(offices)
    context = {
        "name": await ground.database.read(account_store.name_of_staff, employee.staff_id),
        "offices": offices,
        "towns": len(towns),
        "municipality": next(iter(towns.values())) if len(towns) == 1 else None,
        "menus": {here.office.id: menu_for(ground, here.office, employee) for here in offices},
        "mine": mine,
        "usual": None if mine else usual_of(usual, offices),
        "usual_offers": None if usual is None else usual.offers,
        "left": _just_left(request, directory),
    }
    return page(request, "queue/counters.html", context)


async def show_opening(request: Request) -> Response:
    """GET /counters/{c}: what is to be served there; taken by somebody else, whether to take it."""
    return await _opening_page(request)


async def open_counter(request: Request) -> Response:
    """POST /counters/{c}: open it and go there, or the form again with what is in the way."""
    ground, employee = ground_of(request), _employee(request)
    counter, office = await _place(request)
    form = await form_of(request)
    try:
        offers = _read_offers(
            office, form.get("which"), [str(slug) for slug in form.getlist("service")]
        )
        await ground.runner.run(
            office.id,
            set_counter_state,
            counter_id=counter.id,
            state="open",
            offers=offers,
            staff_id=employee.staff_id,
            take_over=form.get("take_over") == "1",
        )
    except DomainError as refusal:
        if refusal.code not in {"counter_taken", "cannot_serve"}:
            raise
        return await _opening_page(request, refusal)
    return see_other(f"/counter/{counter.slug}")


async def leave_counter(request: Request) -> Response:
    """POST /counters/{c}/leave: close it; the page then says how many numbers went to all."""
    ground, employee = ground_of(request), _employee(request)
    counter, office = await _place(request)
    done = await ground.runner.run(
        office.id,
        set_counter_state,
        counter_id=counter.id,
        state="closed",
        offers="as before",
        staff_id=employee.staff_id,
    )
    return see_other(f"/counters?left={counter.slug}&handed={done.handed_over}")


async def _opening_page(request: Request, refusal: DomainError | None = None) -> Response:
    ground, employee = ground_of(request), _employee(request)
    counter, office = await _place(request)
    room = await ground.database.read(_read_room, (office.id,), ground.clock.now())
    usual = await ground.database.read(store.find_usual, employee.staff_id)
    context = {
        "name": await ground.database.read(account_store.name_of_staff, employee.staff_id),
        "counter": counter,
        "office": office,
        "municipality": office.municipality,
        "choice": room.choice(counter, employee.staff_id),
        "offers": offers_at(office, counter, language_of(request)),
        "only": usual.offers if usual and usual.counter_id == counter.id else None,
        "missing": refusal is not None and refusal.code == "cannot_serve",
    }
    return page(request, "queue/opening.html", context, refusal.status if refusal else 200)


async def _choices(request: Request, directory: Directory) -> tuple[OfficeChoices, ...]:
    ground, employee = ground_of(request), _employee(request)
    room = await ground.database.read(_read_room, employee.offices, ground.clock.now())
    return tuple(
        OfficeChoices(
            town,
            office,
            tuple(room.choice(counter, employee.staff_id) for counter in office.counters),
        )
        for town in directory.municipalities.values()
        for office in directory.offices_of(town.id)
        if office.id in employee.offices
    )


def _read_room(conn: Connection, offices: Collection[int], now: datetime) -> Room:
    states = {
        counter_id: state
        for office_id in offices
        for counter_id, state in load_counters(conn, office_id).items()
    }
    return Room(now, states, store.sittings_in(conn, offices), store.numbers_in(conn, offices))


def _read_offers(office: OfficeInfo, which: object, services: Collection[str]) -> Offers:
    """Nothing ticked at "only these" is what the counter cannot do: it serves nothing."""
    if which == "usual":
        return "as before"
    return [office.offer(slug).id for slug in services] if which == "only" else None


def _just_left(request: Request, directory: Directory) -> tuple[CounterInfo, int] | None:
    """The counter just closed and how many numbers it handed over, from the address."""
    slug, handed = request.query_params.get("left"), request.query_params.get("handed", "0")
    known = {counter.slug: counter for counter in directory.counters.values()}
    if slug not in known:
        return None
    is_number = handed.isascii() and handed.isdecimal() and len(handed) <= 3
    return known[slug], int(handed) if is_number else 0


async def _place(request: Request) -> tuple[CounterInfo, OfficeInfo]:
    directory = await latest_directory(ground_of(request))
    counter = directory.counter(request.path_params["c"])
    return counter, directory.office(counter.office_id)


def _employee(request: Request) -> Employee:
    return cast("Employee", principal_of(request))


_STAFF = allow("staff", "administrator")
_HERE = allow("staff", counter="c")

routes: list[BaseRoute] = [
    route("/counters", show_counters, access=_STAFF, name="counters"),
    route("/counters/{c}", show_opening, access=_HERE),
    route("/counters/{c}", open_counter, access=_HERE, methods=("POST",)),
    route("/counters/{c}/leave", leave_counter, access=_HERE, methods=("POST",)),
]
