"""Without appointment, the last steps: what to bring, drawing the number; or why there is none."""

import json
import re
from dataclasses import dataclass
from hashlib import sha256

from starlette.requests import Request
from starlette.responses import Response

from ..booking.rules import Wanted
from ..core.api import caller_of, json_reply
from ..core.errors import DomainError, invalid
from ..core.formats import local_day
from ..core.ground import ground_of
from ..core.idempotency import OnceKey, Reply, once
from ..core.secrets import new_token
from ..core.tx import Tx
from ..core.web import form_of, see_other
from ..queue.drawing.walk_in import again_key
from ..queue.services import issue_ticket
from ..queue.state import Asked
from .choosing import MOST_CHOSEN, Choice, choices_of, further_choices, read_chosen
from .instead import instead_of
from .outlook import outlook_for, range_text
from .place import Kiosk, kiosk_of, kiosk_page, texts_of, wanted_in

# From so many things to bring on, the list is set smaller: nothing scrolls.
CROWDED = 6
_KEY = re.compile(r"[a-z2-7]{26}")


async def show_request(request: Request) -> Response:
    """GET /kiosk/{k}/request: what was chosen, what to bring, how long, and the draw."""
    kiosk = await kiosk_of(request)
    ground, t = ground_of(request), texts_of(request, kiosk)
    every = choices_of(kiosk.offices)
    wanted = wanted_in(request.query_params.getlist("service"))
    chosen = read_chosen(every, wanted)
    if chosen is None:
        return _elsewhere_or_again(kiosk, every, wanted)
    office = chosen[0].office
    if not kiosk.walk_in(office, [choice.offer.id for choice in chosen]).is_open:
        return see_other(kiosk.to(f"services/{chosen[0].slug}"))
    wanted = _within_limits(wanted, chosen)
    outlook = await outlook_for(ground, office, _asked(chosen, wanted))
    documents = _documents(kiosk, chosen)
    can_add = len(chosen) < MOST_CHOSEN and bool(further_choices(every, chosen))
    context = {
        "rows": [_row(kiosk, wanted, chosen, n) for n in range(len(chosen))],
        "documents": documents,
        "crowded": len(documents) > CROWDED,
        "fees": [(c.offer.service.name_in(kiosk.language), fee) for c, fee in _fees(kiosk, chosen)],
        "outlook": outlook,
        "range": range_text(outlook.wait, t) if outlook.wait else None,
        "wanted": [f"{one.slug}:{one.count}" for one in wanted],
        "office": office,
        "add_href": kiosk.to("services", wanted) if can_add else None,
        "back_href": kiosk.to("services"),
        "draw_key": new_token(),
    }
    return kiosk_page(request, kiosk, "request.html", context)


async def show_service(request: Request) -> Response:
    """GET /kiosk/{k}/services/{s}: why there is no number for a service, and what then."""
    kiosk = await kiosk_of(request)
    slug = request.path_params["s"]
    choice = next((c for c in choices_of(kiosk.offices) if c.slug == slug), None)
    if choice is None:
        return see_other(kiosk.to("services"))
    walk_in = kiosk.walk_in(choice.office, [choice.offer.id])
    if choice.can_draw and walk_in.is_open:
        return see_other(kiosk.to("request", [Wanted(slug)]))
    context = {
        "choice": choice,
        "kind": choice.kind,
        "walk_in": walk_in,
        "again": again_key(walk_in.again, local_day(kiosk.now)),
        "instead": await instead_of(ground_of(request), choice, walk_in.state),
        "back_href": kiosk.to("services"),
    }
    return kiosk_page(request, kiosk, "elsewhere.html", context)


async def draw(request: Request) -> Response:
    """POST /kiosk/{k}/tickets: the number; the same form sent again gives the same one."""
    kiosk = await kiosk_of(request)
    form = await form_of(request)
    wanted = wanted_in(str(value) for value in form.getlist("service"))
    chosen = read_chosen(choices_of(kiosk.offices), wanted)
    if chosen is None:
        return see_other(kiosk.to("services"))
    office_id = chosen[0].office.id
    key = once_key(request, str(form.get("key", "")), f"{office_id} {wanted}")

    def command(tx: Tx) -> Reply:
        return once(tx, key, lambda: _issue(tx, kiosk, office_id, wanted))

    try:
        reply = await ground_of(request).runner.run(office_id, command)
    except DomainError as error:
        return see_other(kiosk.to(f"problem/{error.code}", wanted))
    return see_other(kiosk.to(f"tickets/{json.loads(reply.body)['token']}"))


def once_key(request: Request, key: str, asked: str) -> OnceKey:
    """The idempotency key rendered into a form; raises invalid_value for a made-up one."""
    if not _KEY.fullmatch(key):
        raise invalid("key", "key")
    body = f"{request.scope['path']}\n{asked}".encode()
    return OnceKey(caller_of(request), key, sha256(body).hexdigest())


def _issue(tx: Tx, kiosk: Kiosk, office_id: int, wanted: tuple[Wanted, ...]) -> Reply:
    issued = issue_ticket(
        tx,
        office_id=office_id,
        services=wanted,
        language=kiosk.language,
        persons=max(one.count for one in wanted),
    )
    return json_reply({"token": issued.token}, 201)


def _elsewhere_or_again(
    kiosk: Kiosk, every: tuple[Choice, ...], wanted: tuple[Wanted, ...]
) -> Response:
    """What cannot be drawn for has its own page; what does not go together begins again."""
    known = {choice.slug for choice in every}
    if len(wanted) == 1 and wanted[0].slug in known:
        return see_other(kiosk.to(f"services/{wanted[0].slug}"))
    return see_other(kiosk.to("services"))


def _within_limits(wanted: tuple[Wanted, ...], chosen: tuple[Choice, ...]) -> tuple[Wanted, ...]:
    return tuple(
        Wanted(one.slug, min(one.count, choice.offer.max_count))
        for one, choice in zip(wanted, chosen, strict=True)
    )


def _asked(chosen: tuple[Choice, ...], wanted: tuple[Wanted, ...]) -> tuple[Asked, ...]:
    pairs = zip(chosen, wanted, strict=True)
    return tuple(Asked(choice.offer.id, one.count) for choice, one in pairs)


@dataclass(frozen=True, slots=True)
class Row:
    """A chosen service, with the addresses for one person less, one more, and without it."""

    icon: str
    name: str
    count: int
    countable: bool
    fewer_href: str | None
    more_href: str | None
    without_href: str | None


def _row(kiosk: Kiosk, wanted: tuple[Wanted, ...], chosen: tuple[Choice, ...], n: int) -> Row:
    one, offer = wanted[n], chosen[n].offer

    def counted(count: int) -> str:
        changed = (*wanted[:n], Wanted(one.slug, count), *wanted[n + 1 :])
        return kiosk.to("request", changed)

    return Row(
        icon=offer.service.icon,
        name=offer.service.name_in(kiosk.language),
        count=one.count,
        countable=offer.max_count > 1,
        fewer_href=counted(one.count - 1) if one.count > 1 else None,
        more_href=counted(one.count + 1) if one.count < offer.max_count else None,
        without_href=(
            kiosk.to("request", wanted[:n] + wanted[n + 1 :]) if len(wanted) > 1 else None
        ),
    )


def _documents(kiosk: Kiosk, chosen: tuple[Choice, ...]) -> list[str]:
    """Everything to have at hand, each thing once."""
    lists = [choice.offer.service.documents_in(kiosk.language) for choice in chosen]
    return list(dict.fromkeys(one.line for documents in lists for one in documents))


def _fees(kiosk: Kiosk, chosen: tuple[Choice, ...]) -> list[tuple[Choice, str]]:
    fees = [(choice, choice.offer.service.fee_in(kiosk.language)) for choice in chosen]
    return [(choice, fee) for choice, fee in fees if fee]
