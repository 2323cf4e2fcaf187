"""The page on which one slide is made or changed, with the preview beside it."""

from dataclasses import replace
from typing import cast

from sqlalchemy import Connection
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from ...core.access import Employee, principal_of, route
from ...core.errors import DomainError, not_found
from ...core.formats import local_day
from ...core.ground import ground_of
from ...core.limits import require_try
from ...core.web import see_other
from ...office.infos import OfficeInfo
from ...office.staff.frame import office_of, staff_page
from . import commands, store
from .form import SlideForm, Wrong, read_slide, slide_form, typed_slide
from .pages import CLERKS, ONE, SLIDES, slide_id, speaker_for
from .pictures import FILE_LIMIT, Picture, PictureRefusedError
from .reading import picture_reader_of
from .rules import BODY_LIMIT, LEAST_SECONDS, MOST_SECONDS, TITLE_LIMIT, Content, Kind, SlideNow
from .store import Size
from .upload import upload_of

NEW = SLIDES + "/new/{kind}"
KINDS: dict[str, Kind] = {"picture": "picture", "text": "text", "opening": "opening"}
# Decoding is work, and what was removed is kept for a day: this fills all screens anew at once.
_PICTURES, _REFILL_SECONDS = 60, 30.0


async def show_new(request: Request) -> Response:
    """GET /office/{o}/slides/new/{kind}: an empty form."""
    return await _page(request, await office_of(request), SlideForm(_kind(request)))


async def add(request: Request) -> Response:
    """POST /office/{o}/slides/new/{kind}: add a slide at the end, or say what is wrong."""
    office = await office_of(request)
    form, picture = await _sent(request, _kind(request))
    content = _content(form, picture, None)
    if not isinstance(content, Content):
        return await _page(request, office, replace(form, wrong=content))
    try:
        slide = await ground_of(request).runner.run(
            office.id, commands.add_slide, office_id=office.id, content=content, picture=picture
        )
    except DomainError as refusal:
        if refusal.code != "too_many_slides":
            raise
        return await _page(request, office, form, refusal=refusal)
    return _saved(office, slide)


async def show_one(request: Request) -> Response:
    """GET /office/{o}/slides/{id}: the form of a slide that is there."""
    office = await office_of(request)
    slide = await _slide(request, office)
    return await _page(request, office, slide_form(slide.content), slide)


async def change(request: Request) -> Response:
    """POST /office/{o}/slides/{id}: save a slide; without a new file its picture stays."""
    office = await office_of(request)
    slide = await _slide(request, office)
    form, picture = await _sent(request, slide.content.kind)
    content = _content(form, picture, slide.content.picture)
    if not isinstance(content, Content):
        return await _page(request, office, replace(form, wrong=content), slide)
    await ground_of(request).runner.run(
        office.id,
        commands.change_slide,
        office_id=office.id,
        slide_id=slide.id,
        content=content,
        picture=picture,
    )
    return _saved(office, slide)


async def _sent(request: Request, kind: Kind) -> tuple[SlideForm, Picture | None]:
    """What was typed, and the picture if one came; what is wrong with it is said in the form."""
    try:
        upload = await upload_of(request, "picture")
    except DomainError as refusal:
        if refusal.code != "too_large":
            raise
        return SlideForm(kind, wrong={"picture": "too_large"}), None
    form = typed_slide(kind, upload.fields)
    if upload.file is None or kind != "picture":
        return form, None
    who = str(cast("Employee", principal_of(request)).staff_id)
    ground = ground_of(request)
    require_try(ground, "slide-picture", who, size=_PICTURES, seconds=_REFILL_SECONDS)
    try:
        return form, await picture_reader_of(ground).read(upload.file)
    except PictureRefusedError as refused:
        return replace(form, wrong={"picture": refused.reason}), None


def _content(form: SlideForm, picture: Picture | None, kept: str | None) -> Content | Wrong:
    """The whole slide, or all that is wrong with it."""
    read = read_slide(form)
    digest = picture.digest if picture else kept
    missing = form.kind == "picture" and digest is None
    wrong = {"picture": "picture"} if missing else {}
    wrong |= {**form.wrong, **({} if isinstance(read, Content) else read)}
    if wrong or not isinstance(read, Content):
        return wrong
    return replace(read, picture=digest if form.kind == "picture" else None)


def _kind(request: Request) -> Kind:
    kind = KINDS.get(request.path_params["kind"])
    if kind is None:
        raise not_found()
    return kind


async def _slide(request: Request, office: OfficeInfo) -> SlideNow:
    """The one the path names, in the office it names, still in its order; else not_found."""
    slide = await ground_of(request).database.read(store.find_slide, slide_id(request))
    if slide is None or slide.office_id != office.id or slide.position is None:
        raise not_found()
    return slide


def _saved(office: OfficeInfo, slide: SlideNow) -> Response:
    return see_other(f"{SLIDES.format(o=office.slug)}?saved=true#slide-{slide.id}")


async def _page(
    request: Request,
    office: OfficeInfo,
    form: SlideForm,
    slide: SlideNow | None = None,
    refusal: DomainError | None = None,
) -> Response:
    base = SLIDES.format(o=office.slug)
    context: dict[str, object] = {
        "base": base,
        "action": f"{base}/{slide.id}" if slide else f"{base}/new/{form.kind}",
        "form": form,
        "slide": slide,
        "preview": await _preview(request, office, form, slide),
        "refusal": refusal,
        "title_most": TITLE_LIMIT,
        "body_most": BODY_LIMIT,
        "least_seconds": LEAST_SECONDS,
        "most_seconds": MOST_SECONDS,
        "file_most": FILE_LIMIT,
    }
    status = refusal.status if refusal else _status_of(form.wrong)
    return await staff_page(request, "display/slide.html", office, context, status)


def _status_of(wrong: Wrong) -> int:
    """429 where nothing is wrong with what was sent but the moment."""
    if not wrong:
        return 200
    return 429 if wrong.get("picture") == "busy" else 422


async def _preview(
    request: Request, office: OfficeInfo, form: SlideForm, slide: SlideNow | None
) -> object:
    """The slide as it is typed, as a screen would have it."""
    ground = ground_of(request)
    digest = slide.content.picture if slide else None
    typed = Content(form.kind, form.title, form.body, digest)
    now = SlideNow(slide.id if slide else 0, office.id, typed, active=True, position=1)

    def sizes(conn: Connection) -> dict[str, Size]:
        return store.load_sizes(conn, [digest] if digest else [])

    found = await ground.database.read(sizes)
    return speaker_for(ground, office, found).say(now, office, local_day(ground.clock.now()))


routes: list[BaseRoute] = [
    route(NEW, show_new, access=CLERKS),
    route(NEW, add, access=CLERKS, methods=("POST",)),
    route(ONE, show_one, access=CLERKS),
    route(ONE, change, access=CLERKS, methods=("POST",)),
]
