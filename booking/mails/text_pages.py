"""An office's own words for its mails: the list of kinds, the editor, the preview beside it."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from ...core.access import allow, route
from ...core.errors import not_found
from ...core.framed import framed
from ...core.ground import ground_of
from ...core.locales import direction_of, language_name
from ...core.outbox_reading import counts_of
from ...core.texts import T
from ...core.tx import Tx
from ...core.web import form_of, page, see_other
from ...office.infos import OfficeInfo
from ...office.staff.frame import office_of, staff_page
from ..lists import feed_store
from . import store as mail_store
from .kinds import KINDS, Kind, Words, mistakes_in, standard_words
from .letters import letter_of, own_words
from .post import post_of
from .samples import sample_facts

ADMINISTRATORS = allow("administrator", office="o")
MAILS = "/office/{o}/mails"
ONE = MAILS + "/{kind}/{language}"


async def show_kinds(request: Request) -> Response:
    """GET /office/{o}/mails: the kinds of mails, the outbox and the calendar feed."""
    return await kinds_page(request, await office_of(request))


async def kinds_page(request: Request, office: OfficeInfo, feed: str | None = None) -> Response:
    """The kinds and languages; `feed` is the new address of the calendar, shown this once."""
    ground = ground_of(request)
    read = ground.database.read
    context = {
        "kinds": list(KINDS),
        "own": await read(mail_store.own_words_of, office.id),
        "counts": await read(counts_of, office.id),
        "feed_since": await read(feed_store.feed_since, office.id),
        "feed": feed,
        "offered": [(code, language_name(code)) for code in ground.settings.languages],
        "base": MAILS.format(o=office.slug),
    }
    return await staff_page(request, "booking/mails.html", office, context)


async def show_words(request: Request) -> Response:
    """GET /office/{o}/mails/{kind}/{language}: the words as they are sent now."""
    office, kind, t = await _asked(request)
    own = await _own_words(request, office, kind, t)
    return await _editor(request, office, kind, t, own or standard_words(t, kind.name))


async def post_words(request: Request) -> Response:
    """POST there: keep them, or go back to the standard words."""
    office, kind, t = await _asked(request)
    ground, form = ground_of(request), await form_of(request)
    words = _words(form.get("subject"), form.get("text"))
    back = form.get("act") == "standard" or words == standard_words(t, kind.name)
    if not back and mistakes_in(kind, words):
        return await _editor(request, office, kind, t, words, 422)

    def keep(tx: Tx) -> None:
        if back:
            mail_store.forget_words(tx, office.id, kind.name, t.language)
        else:
            mail_store.keep_words(tx, office.id, kind.name, t.language, words)

    await ground.runner.run(office.id, keep)
    said = "standard" if back else "kept"
    return see_other(f"{ONE.format(o=office.slug, kind=kind.name, language=t.language)}?{said}=1")


async def show_preview(request: Request) -> Response:
    """GET …/preview: as it is sent now; POST there: as it stands in the editor."""
    office, kind, t = await _asked(request)
    ground = ground_of(request)
    if request.method == "POST":
        form = await form_of(request)
        draft = _words(form.get("subject"), form.get("text"))
    else:
        draft = await _own_words(request, office, kind, t)
    post = post_of(ground)
    facts = sample_facts(post, t, office, ground.clock.now())
    context = {
        "letter": letter_of(t, office.name, own_words(t, kind.name, draft), facts),
        "sender": post.sender_of(office),
    }
    shown = page(request, "booking/mail_preview.html", context)
    return framed(bytes(shown.body).decode())


async def _editor(
    request: Request,
    office: OfficeInfo,
    kind: Kind,
    t: T,
    words: Words,
    status: int = 200,
) -> Response:
    context = {
        "kind": kind,
        "of_language": t.language,
        "of_language_name": language_name(t.language),
        "of_direction": direction_of(t.language),
        "words": words,
        "own": await _own_words(request, office, kind, t) is not None,
        "mistakes": mistakes_in(kind, words),
        "needed": [name for name, _ in kind.needed],
        "said": next((s for s in ("kept", "standard") if s in request.query_params), None),
        "base": MAILS.format(o=office.slug),
    }
    return await staff_page(request, "booking/mail_text.html", office, context, status)


async def _own_words(request: Request, office: OfficeInfo, kind: Kind, t: T) -> Words | None:
    read = ground_of(request).database.read
    return await read(mail_store.find_words, office.id, kind.name, t.language)


async def _asked(request: Request) -> tuple[OfficeInfo, Kind, T]:
    """The office, the kind and the texts of the language that the path names."""
    office, ground = await office_of(request), ground_of(request)
    kind, language = request.path_params["kind"], request.path_params["language"]
    if kind not in KINDS or language not in ground.settings.languages:
        raise not_found()
    return office, KINDS[kind], ground.texts.in_language(language)


def _words(subject: object, text: object) -> Words:
    """As the form gave them, with the line breaks of ours."""
    lines = str(text or "").replace("\r\n", "\n").replace("\r", "\n").splitlines()
    return Words(str(subject or "").strip(), "\n".join(line.rstrip() for line in lines).strip())


routes: list[BaseRoute] = [
    route(MAILS, show_kinds, access=ADMINISTRATORS),
    route(ONE, show_words, access=ADMINISTRATORS),
    route(ONE, post_words, access=ADMINISTRATORS, methods=("POST",)),
    route(f"{ONE}/preview", show_preview, access=ADMINISTRATORS, methods=("GET", "POST")),
]
