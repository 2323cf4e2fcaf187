"""The page of an office's hours: the week, and beside it what one changes, with what that does.

Handlers only. Forms are read in `hours/form.py`, changes looked at and made in `hours/preview.py`.
"""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Literal, cast

from pydantic import Field, StringConstraints
from sqlalchemy import Connection
from starlette.requests import Request
from starlette.responses import Response

from ...core.access import Employee, allow, principal_of, route
from ...core.errors import DomainError
from ...core.formats import local_day
from ...core.ground import ground_of
from ...core.inputs import Input
from ...core.language import language_of
from ...core.web import form_of, query_as, see_other
from ...office.directory import Directory, latest_directory
from ...office.hours.commands import offices_of, read_hours
from ...office.hours.edit import Hours, HoursEdit
from ...office.hours.history import Change, changes_of, find_change
from ...office.infos import OfficeInfo
from ...office.staff.frame import administers, office_of, staff_page
from .fields import Fields, number_in
from .form import ClashError, Desk, edit_of
from .panel import Panel, open_panel, panel_context, sent_panel, week_in, week_text
from .preview import Preview, outside_now, preview_hours, save_hours
from .reading import WrongFieldsError
from .words import Words

ADMINISTRATORS = allow("administrator", office="o")
STAFF = allow("staff", "administrator", office="o")
_MOST_MEANWHILE = 5
_PAGE = 30

Number = Annotated[int, Field(ge=1, le=2_000_000_000)]


class HoursQuery(Input):
    """What is open beside the week: at most one thing."""

    week: Annotated[str, StringConstraints(pattern=r"^20\d{2}-W\d{2}$")] | None = None
    day: date | None = None
    rule: Number | None = None
    copy_of: Annotated[int | None, Field(alias="copy", ge=1, le=2_000_000_000)] = None
    closure: Number | None = None
    new: Literal["rule", "special", "closure", "usual", "start"] | None = None
    back: Number | None = None
    saved: bool = False


class HistoryQuery(Input):
    before: Number | None = None


async def show_hours(request: Request) -> Response:
    """GET /office/{o}/hours: a week, and what the address opens beside it.

    Who may not change hours sees them, whatever the address would open.
    """
    asked = query_as(request, HoursQuery)
    office = await office_of(request)
    if not administers(request, office):
        desk = await _desk(request, office, None)
        week = week_in(asked.week, asked.day or desk.today)
        return await _page(request, desk, Panel("overview"), week)
    desk = await _desk(request, office, asked.back)
    panel = open_panel(
        desk,
        kind=asked.new,
        rule=asked.rule,
        copied=asked.copy_of,
        closure=asked.closure,
        day=asked.day,
    )
    day = asked.day or desk.today
    if panel.kind == "back":
        panel = await _looked_at(request, desk, panel)
        day = panel.first_day or day
    week = week_in(asked.week, day)
    return await _page(request, desk, panel, week, saved=asked.saved)


async def change(request: Request) -> Response:
    """POST /office/{o}/hours: look at a change, or save the one that was looked at."""
    office = await office_of(request)
    fields = Fields.of((await form_of(request)).multi_items())
    desk = await _desk(request, office, number_in(fields["back"]))
    week = week_in(fields["week"] or None, desk.today)
    panel = await _looked_at(request, desk, sent_panel(desk, fields))
    if fields["do"] != "save" or not fields["seen"] or panel.preview is None:
        # The script asks after every few letters: that something is not yet right is no failure.
        wrong = bool(panel.errors) and fields["do"] != "look"
        return await _page(request, desk, panel, week, status=422 if wrong else 200)
    try:
        await _save(request, desk, panel.preview.edit, fields)
    except DomainError as refusal:
        if refusal.code not in {"hours_outdated", "hours_unseen"}:
            raise
        desk = await _desk(request, office, number_in(fields["back"]))
        panel = await _looked_at(request, desk, sent_panel(desk, fields, refusal.code))
        return await _page(request, desk, panel, week, status=refusal.status)
    return see_other(f"/office/{office.slug}/hours?week={week_text(week)}&saved=1#content")


async def show_history(request: Request) -> Response:
    """GET /office/{o}/hours/history: what changed, by whom, newest first."""
    asked = query_as(request, HistoryQuery)
    office = await office_of(request)
    ground = ground_of(request)
    t = ground.texts.in_language(language_of(request))

    def read(conn: Connection) -> tuple[list[Change], Hours]:
        changes = changes_of(conn, office, before=asked.before, most=_PAGE + 1)
        return changes, read_hours(conn, office)

    found, hours = await ground.database.read(read)
    context = {
        "changes": found[:_PAGE],
        "older": found[_PAGE - 1].id if len(found) > _PAGE else None,
        "words": Words(t, office, hours),
    }
    return await staff_page(request, "booking/hours_history.html", office, context)


async def _desk(request: Request, office: OfficeInfo, back: int | None) -> Desk:
    """The office with what its hours say, read at once."""
    ground = ground_of(request)

    def read(conn: Connection) -> tuple[Hours, Change | None]:
        taken = None if back is None else find_change(conn, office, back)
        return read_hours(conn, office), taken

    hours, taken = await ground.database.read(read)
    return Desk(office, hours, local_day(ground.clock.now()), taken, asked_back=back is not None)


async def _looked_at(request: Request, desk: Desk, panel: Panel) -> Panel:
    """The panel with what its change does, or what is wrong with it, and what changed meanwhile."""
    ground = ground_of(request)
    language = language_of(request)
    directory = await latest_directory(ground)
    known = number_in(panel.fields["opened"])
    try:
        edit = edit_of(panel.fields, desk)
    except WrongFieldsError as wrong:
        clashing = tuple(wrong.rules) if isinstance(wrong, ClashError) else ()
        meanwhile = await _meanwhile(request, desk, known)
        return panel.with_errors(wrong.errors, clashing, meanwhile)

    def look(conn: Connection) -> Preview:
        return preview_hours(conn, directory, desk.office, edit, ground.clock.now(), language)

    preview = await ground.database.read(look)
    return panel.with_preview(preview, await _meanwhile(request, desk, known))


async def _meanwhile(request: Request, desk: Desk, known: int | None) -> tuple[Change, ...]:
    """What others changed since the form was opened."""
    if known is None or known >= desk.hours.version:
        return ()

    def read(conn: Connection) -> tuple[Change, ...]:
        return tuple(changes_of(conn, desk.office, after=known, most=_MOST_MEANWHILE))

    return await ground_of(request).database.read(read)


async def _save(request: Request, desk: Desk, edit: HoursEdit, fields: Fields) -> None:
    ground = ground_of(request)
    directory: Directory = await latest_directory(ground)
    concerned = offices_of(directory, desk.office, edit, desk.hours)
    await ground.runner.run(
        [office.id for office in concerned],
        save_hours,
        office_id=desk.office.id,
        edit=edit,
        version=number_in(fields["version"]) or 0,
        seen=fields["seen"],
        staff_id=cast("Employee", principal_of(request)).staff_id,
    )


async def _page(
    request: Request,
    desk: Desk,
    panel: Panel,
    week: date,
    *,
    saved: bool = False,
    status: int = 200,
) -> Response:
    ground = ground_of(request)
    t = ground.texts.in_language(language_of(request))
    context: Mapping[str, object] = {
        **panel_context(t, desk, panel, week),
        "saved": saved,
        "outside": await ground.database.read(outside_now, desk.office, ground.clock.now()),
    }
    return await staff_page(request, "booking/hours.html", desk.office, context, status)


routes = [
    route("/office/{o}/hours", show_hours, access=STAFF),
    route("/office/{o}/hours", change, access=ADMINISTRATORS, methods=["POST"]),
    route("/office/{o}/hours/history", show_history, access=ADMINISTRATORS),
]
