"""Pages for who found nothing free at all: ask to be told, confirm by the mail's link, stop.

The form does not say whether an address waits already: it answers the same to everybody.
"""

from collections.abc import Mapping, Sequence

from pydantic import ValidationError
from starlette.requests import Request as HttpRequest
from starlette.responses import Response
from starlette.routing import BaseRoute

from ...core.access import HOLDER, PUBLIC, route
from ...core.errors import DomainError, not_found
from ...core.ground import Ground, ground_of
from ...core.language import language_of
from ...core.problems import invalid_value, retry_headers
from ...core.secrets import is_same
from ...core.web import body_as, page, query_as, see_other
from ...office.directory import Directory, latest_directory
from ...office.infos import MunicipalityInfo, OfficeInfo
from ..choosing.residence import able_offices, home_of, is_town
from ..choosing.town_pages import services_path
from ..days import first_starts
from ..guard.bots import challenge_for, trust_to_write
from ..guard.traffic import require_contact, require_mail
from ..mails.sending import post_of
from ..reading import taken_days
from ..rules import Request, Wanted, read_reference, read_request, required_fields
from ..times.time_page import query_of, texts_of
from ..words import item_words
from . import commands as waiting
from . import store as waiting_store
from .inputs import NewEntryAddress, NewEntryForm, NewEntryQuery
from .links import entry_path, entry_secret, offer_path
from .pages import typed_in
from .prospects import Prospects
from .store import Entry
from .view import SHOWN_AGAIN, mistakes_of, part_of, weekday_date, window_view

_CONTACT = ("name", "email", "phone", "answer_0", "answer_1")
_ABOVE = ("limit", "too_many", "proof")


async def ask_new(request: HttpRequest) -> Response:
    """GET /termin/{m}/warteliste: when could you come? With `service=` and `office=`."""
    address = query_as(request, NewEntryAddress)
    if address.office is None or not address.service:
        return see_other(await _way_on(request, address))
    return await _form_page(request, query_as(request, NewEntryQuery))


async def post_new(request: HttpRequest) -> Response:
    """POST there: the mail is on its way, or the form again with everything typed."""
    ground, typed = ground_of(request), await typed_in(request)
    directory = await latest_directory(ground)
    home = home_of(directory, request.path_params["m"])
    asked = _asked_in(typed)
    office = directory.office(asked.office)
    try:
        require_contact(request)
        form = await body_as(request, NewEntryForm)
        await require_mail(request, office.id, form.email)
        with trust_to_write(request, form.proof) as trust:
            await ground.runner.run(
                office.id,
                waiting.ask_to_wait,
                office_id=office.id,
                services=form.wanted(),
                window=form.window(),
                contact=form.as_contact(),
                language=language_of(request),
                resident_of=home.id if is_town(home) else None,
                channel=form.channel,
                trust=trust,
                post=post_of(ground),
            )
    except DomainError as refusal:
        if refusal.code not in SHOWN_AGAIN:
            raise
        return await _form_page(request, asked, typed, refusal)
    query = query_of(asked.wanted(), office=office.slug, gefragt="1")
    return see_other(f"/termin/{home.slug}/warteliste?{query}")


async def _way_on(request: HttpRequest, address: NewEntryAddress) -> str:
    """Where an address leads that does not say everything: the only office, or to choose one."""
    directory = await latest_directory(ground_of(request))
    home, wanted = home_of(directory, request.path_params["m"]), address.wanted()
    if not wanted:
        return services_path(home, ())
    try:
        able = able_offices(directory, home, wanted)
    except DomainError:  # the page of times says why, and what to do
        able = []
    lists = [office for office, _ in able if office.waiting_list]
    if len(lists) != 1:
        return f"/termin/{home.slug}/zeit?{query_of(wanted)}"
    query = query_of(wanted, office=lists[0].slug, channel=address.channel)
    return f"/termin/{home.slug}/warteliste?{query}"


def _asked_in(typed: Mapping[str, Sequence[str]]) -> NewEntryQuery:
    known = {name: typed[name][-1] for name in ("office", "channel") if name in typed}
    try:
        return NewEntryQuery.model_validate({"service": typed.get("service", ()), **known})
    except ValidationError as error:
        raise invalid_value(error) from None


async def _form_page(
    request: HttpRequest,
    asked: NewEntryQuery,
    typed: Mapping[str, Sequence[str]] | None = None,
    refusal: DomainError | None = None,
) -> Response:
    ground = ground_of(request)
    now, t = ground.clock.now(), texts_of(request)
    directory = await latest_directory(ground)
    home = home_of(directory, request.path_params["m"])
    office = directory.office(asked.office)
    visit = read_request(office, asked.wanted())
    if not office.waiting_list:
        raise DomainError("no_waiting_list", 409)
    free = await ground.database.read(first_starts, taken_days(ground), office, visit, now)
    prospects = Prospects(office, visit, now)
    context = {
        "municipality": home if is_town(home) else office.municipality,
        "office": office,
        "wanted": asked.wanted(),
        "channel": asked.channel,
        "items": _items(request, visit),
        "minutes": visit.minutes,
        "asked": asked.asked == "1",
        "free": free[0] if free else None,
        "window": window_view(office, prospects.usual_window(), prospects.horizon, typed),
        "questions": [each.label_in(t.language) for each in office.questions],
        "typed": {name: (typed or {}).get(name, [""])[-1] for name in _CONTACT},
        "required": {*required_fields(office, asked.channel, ask_email=True)},
        "mistakes": mistakes_of(t, refusal, with_appointment=False),
        "trouble": refusal if refusal and refusal.code.startswith(_ABOVE) else None,
        "challenge": challenge_for(request),
        "times": _times_path(home, office, asked.wanted()),
        "here": request.scope["path"],
    }
    response = page(
        request, "booking/waiting_new.html", context, refusal.status if refusal else 200
    )
    response.headers.update(retry_headers(refusal) if refusal else {})
    return response


async def show_entry(request: HttpRequest) -> Response:
    """GET /termin/warteliste/{reference}/{secret}: how it stands. Looking changes nothing."""
    ground, entry = ground_of(request), await _opened(request)
    t = texts_of(request)
    directory = await latest_directory(ground)
    office = directory.office(entry.office_id)
    offer = await ground.database.read(waiting_store.open_offer_of, entry.id)
    alive = offer is not None and offer.until > ground.clock.now()
    context = {
        "municipality": _town(directory, office, entry),
        "office": office,
        "entry": entry,
        "items": [item_words(t, office.offer(o), n) for o, n in entry.services],
        "weekdays": [weekday_date(day) for day in entry.weekdays],
        "part": part_of(entry.window),
        "offer": offer_path(ground.secret_key, offer.reference) if offer and alive else None,
        "here": _path(ground, entry),
    }
    return page(request, "booking/waiting_entry.html", context)


async def confirm_entry(request: HttpRequest) -> Response:
    """POST .../ja: waits from now on. Pressed twice it changes nothing."""
    ground, entry = ground_of(request), await _opened(request)
    await ground.runner.run(entry.office_id, waiting.confirm_waiting, reference=entry.reference)
    return see_other(_path(ground, entry))


async def stop_entry(request: HttpRequest) -> Response:
    """POST .../aus: waits no longer, and is forgotten."""
    ground, entry = ground_of(request), await _opened(request)
    await ground.runner.run(
        entry.office_id, waiting.leave_waiting_list, entry_id=entry.id, post=post_of(ground)
    )
    return see_other(_path(ground, entry))


async def _opened(request: HttpRequest) -> Entry:
    """The entry of the secret link; unknown_entry for any other."""
    ground, params = ground_of(request), request.path_params
    plain = read_reference(params["reference"])
    if plain is None or not is_same(params["secret"], entry_secret(ground.secret_key, plain)):
        raise not_found("unknown_entry")
    entry = await ground.database.read(waiting_store.find_entry, plain)
    if entry is None:
        raise not_found("unknown_entry")
    return entry


def _town(directory: Directory, office: OfficeInfo, entry: Entry) -> MunicipalityInfo:
    return directory.municipality(entry.resident_of or office.municipality.id)


def _items(request: HttpRequest, visit: Request) -> list[str]:
    t = texts_of(request)
    return [item_words(t, offer, count) for offer, count in visit.items]


def _times_path(home: MunicipalityInfo, office: OfficeInfo, wanted: Sequence[Wanted]) -> str:
    return f"/termin/{home.slug}/zeit?{query_of(wanted, office=office.slug)}"


def _path(ground: Ground, entry: Entry) -> str:
    return entry_path(ground.secret_key, entry.reference)


_ENTRY = "/termin/warteliste/{reference}/{secret}"

routes: list[BaseRoute] = [
    route("/termin/{m}/warteliste", ask_new, access=PUBLIC),
    route("/termin/{m}/warteliste", post_new, access=PUBLIC, methods=("POST",)),
    route(_ENTRY, show_entry, access=HOLDER),
    route(_ENTRY + "/ja", confirm_entry, access=HOLDER, methods=("POST",)),
    route(_ENTRY + "/aus", stop_entry, access=HOLDER, methods=("POST",)),
]
