"""The page of how an office calls: every setting, and beside it what a change does.

Handlers only. The form is read in `form.py`, what a change does stands in `effects.py`.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Connection
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response

from ...core.access import allow, route
from ...core.errors import DomainError
from ...core.formats import local_day
from ...core.ground import ground_of
from ...core.language import language_of
from ...core.web import form_of, see_other
from ...office.calling import store as calling_store
from ...office.calling.commands import CallingNow, change_calling, read_calling, said_before
from ...office.calling.said import Value, differences, office_with
from ...office.calling.store import CallingChanged
from ...office.infos import OfficeInfo
from ...office.staff.frame import office_of, staff_page
from ..state import OfficeState
from ..store import load_office_state
from .effects import Change, effects_of, unserved
from .form import (
    HEAD_STARTS,
    LIMITS,
    SPOKEN,
    Sheet,
    Staffed,
    link_tick,
    offer_field,
    read_sheet,
    sheet_of,
    sheet_sent,
    shown_offers,
)
from .words import Words

ADMINISTRATORS = allow("administrator", office="o")
_MOST_FIELDS = 4000
_MOST_SHOWN = 200


@dataclass(frozen=True)
class Desk:
    """The office with how it calls, who waits, and what changed since a form was opened."""

    office: OfficeInfo
    now: CallingNow
    state: OfficeState
    meanwhile: tuple[CallingChanged, ...] = ()

    @property
    def place(self) -> Staffed:
        return Staffed(self.office, self.now.clerks)

    def edit_of(self, sheet: Sheet) -> dict[str, Value]:
        """What was changed in the form since it was opened; the rest keeps what holds now."""
        opened = said_before(self.now, list(self.meanwhile))
        return differences(opened, read_sheet(self.place, sheet, opened))


async def show_calling(request: Request) -> Response:
    """GET /office/{o}/calling: every setting as it holds."""
    desk = await _desk(request, None)
    sheet = sheet_of(desk.place, desk.now.said)
    return await _page(request, desk, sheet, {}, saved="saved" in request.query_params)


async def change(request: Request) -> Response:
    """POST /office/{o}/calling: look at a change, or save the one that was looked at."""
    form = await form_of(request, _MOST_FIELDS)
    desk = await _desk(request, _number(form, "opened"))
    sheet = sheet_sent(desk.place, form)
    looking, saving = form.get("do") == "look", form.get("do") == "save"
    if sheet.wrong:
        return await _page(request, desk, sheet, {}, status=200 if looking else 422)
    edit = desk.edit_of(sheet)
    # From here on the form shows what would hold: what others changed, and what was changed here.
    merged = sheet_of(desk.place, {**desk.now.said, **edit})
    if saving and desk.meanwhile:
        return await _page(request, desk, merged, edit, status=409)
    if not saving or not form.get("seen") or not edit:
        return await _page(request, desk, merged, edit)
    try:
        await _save(request, desk, edit)
    except DomainError as refusal:
        if refusal.code != "calling_outdated":
            raise
        desk = await _desk(request, desk.now.version)
        merged = sheet_of(desk.place, {**desk.now.said, **edit})
        return await _page(request, desk, merged, edit, status=refusal.status)
    return see_other(f"/office/{desk.office.slug}/calling?saved=1")


async def show_history(request: Request) -> Response:
    """GET /office/{o}/calling/history: what changed and when, newest first."""
    office = await office_of(request)

    def read(conn: Connection) -> tuple[list[CallingChanged], CallingNow]:
        changes = calling_store.changes_of(conn, office.id, most=_MOST_SHOWN)
        return changes, read_calling(conn, office)

    changes, now = await ground_of(request).database.read(read)
    context = {"changes": changes, "words": _words(request, office, now)}
    return await staff_page(request, "queue/calling_history.html", office, context)


async def _desk(request: Request, opened: int | None) -> Desk:
    ground, office = ground_of(request), await office_of(request)
    now = ground.clock.now()

    def read(conn: Connection) -> Desk:
        calling = read_calling(conn, office)
        since = calling.version if opened is None else opened
        return Desk(
            office,
            calling,
            load_office_state(conn, office.id, local_day(now), now),
            tuple(calling_store.changes_of(conn, office.id, after=since)),
        )

    return await ground.database.read(read)


async def _save(request: Request, desk: Desk, edit: Mapping[str, Value]) -> None:
    office_id = desk.office.id
    await ground_of(request).runner.run(
        (office_id,), change_calling, office_id=office_id, edit=edit, version=desk.now.version
    )


async def _page(
    request: Request,
    desk: Desk,
    sheet: Sheet,
    edit: Mapping[str, Value],
    *,
    saved: bool = False,
    status: int = 200,
) -> Response:
    words = _words(request, desk.office, desk.now)
    after = office_with(desk.office, {**desk.now.said, **edit})
    effects = effects_of(Change(desk.office, after, desk.state, desk.now.clerks, edit))
    context = {
        "sheet": sheet,
        "version": desk.now.version,
        "meanwhile": desk.meanwhile,
        "words": words,
        "lines": words.effects(effects) if edit else [],
        "edited": bool(edit),
        "saved": saved,
        "waiting": len(desk.state.waiting),
        "unserved": frozenset(unserved(after)),
        "offers": shown_offers(desk.office),
        "clerks": desk.now.clerks,
        "head_starts": HEAD_STARTS,
        "limits": LIMITS,
        "spoken": SPOKEN,
        "offer_field": offer_field,
        "link_tick": link_tick,
    }
    return await staff_page(request, "queue/calling.html", desk.office, context, status)


def _words(request: Request, office: OfficeInfo, now: CallingNow) -> Words:
    t = ground_of(request).texts.in_language(language_of(request))
    return Words(t, office, {clerk.id: clerk.name for clerk in now.clerks})


def _number(form: FormData, name: str) -> int | None:
    text = form.get(name)
    fits = isinstance(text, str) and text.isascii() and text.isdecimal() and len(text) < 10
    return int(str(text)) if fits else None


routes = [
    route("/office/{o}/calling", show_calling, access=ADMINISTRATORS),
    route("/office/{o}/calling", change, access=ADMINISTRATORS, methods=["POST"]),
    route("/office/{o}/calling/history", show_history, access=ADMINISTRATORS),
]
