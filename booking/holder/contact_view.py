"""What the page that asks who comes shows: what was typed, what is wrong, how long the hold lasts.

What its buttons do stands in `holder/contact_pages.py`.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import cast

from starlette.requests import Request as HttpRequest
from starlette.responses import Response

from ...core.errors import DomainError
from ...core.ground import ground_of
from ...core.problems import retry_headers
from ...core.web import page, query_as
from ...office.directory import latest_directory
from ...office.infos import OfficeInfo
from .. import store
from ..guard.bots import challenge_for
from ..inputs import LaterQuery
from ..rules import MAX_EXTENSIONS, required_fields
from ..store import Booked
from ..times.time_page import OTHER_TIME, alternatives_of, later_query, texts_of
from ..words import item_words, later_words

FIELDS = ("name", "email", "phone", "remark", "answer_0", "answer_1")
# Refusals that are said at a field, and those that are said above them all.
AT_A_FIELD = frozenset({"invalid_value", "contact_required"})
ABOVE = frozenset({"limit_reached", "proof_used", "too_many_requests"})
SHOWN_AGAIN = OTHER_TIME | AT_A_FIELD | ABOVE


async def contact_page(
    request: HttpRequest,
    booked: Booked,
    typed: Mapping[str, str],
    refusal: DomainError | None = None,
    *,
    extended: bool = False,
) -> Response:
    """The page, everything typed in its place; after a refusal with what to do about it."""
    ground = ground_of(request)
    directory = await latest_directory(ground)
    office = directory.office(booked.office_id)
    town = directory.municipality(booked.resident_of) if booked.resident_of else None
    items = await ground.database.read(store.services_of, booked.id)
    t, until = texts_of(request), _alive_until(booked, ground.clock.now())
    mistakes = _mistakes(office, refusal)
    required = required_fields(office, booked.channel)
    context: dict[str, object] = {
        "municipality": town or office.municipality,
        "booked": booked,
        "office": office,
        "items": [item_words(t, office.offer(offer), count) for offer, count in items],
        "questions": [each.label_in(t.language) for each in office.questions],
        "typed": {**_known(booked), **{name: typed[name] for name in FIELDS if name in typed}},
        "mistakes": mistakes,
        "trouble": refusal if refusal and refusal.code in ABOVE else None,
        "again": later_words(t, refusal),
        "other_time": refusal is not None and refusal.code in OTHER_TIME,
        "alternatives": alternatives_of(refusal),
        # What turned out to be needed is asked for as what was needed from the beginning.
        "required": {*required, *mistakes} if _is_missing(refusal) else required,
        "until": until,
        "extended": extended,
        "can_extend": until is not None and booked.extensions < MAX_EXTENSIONS,
        "challenge": challenge_for(request),
        "here": request.scope["path"].removesuffix("/verlaengern"),
        "later": later_query(query_as(request, LaterQuery).later()),
    }
    response = page(request, "booking/contact.html", context, refusal.status if refusal else 200)
    response.headers.update(retry_headers(refusal) if refusal else {})
    return response


def _known(booked: Booked) -> dict[str, str]:
    answers = [*(booked.answers or ()), "", ""]
    return {
        "name": booked.name or "",
        "email": booked.email or "",
        "phone": booked.phone or "",
        "remark": booked.remark or "",
        "answer_0": answers[0],
        "answer_1": answers[1],
    }


def _alive_until(booked: Booked, now: datetime) -> datetime | None:
    return booked.held_until if booked.held_until and booked.held_until > now else None


def _is_missing(refusal: DomainError | None) -> bool:
    return refusal is not None and refusal.code == "contact_required"


def _mistakes(office: OfficeInfo, refusal: DomainError | None) -> dict[str, str]:
    """Field -> key of the sentence that says what to do."""
    if refusal is None or refusal.code not in AT_A_FIELD:
        return {}
    if refusal.code == "contact_required":
        missing = cast("list[str]", refusal.details["fields"])
        return {name: _missing_key(office, name) for name in missing}
    wrong = cast("list[dict[str, str]]", refusal.details["errors"])
    fields = {each["field"].partition(".")[0] for each in wrong}
    return {name: _wrong_key(name) for name in (*FIELDS, "start") if name in fields}


def _wrong_key(name: str) -> str:
    return "hold.answer_wrong" if name.startswith("answer_") else f"booking.contact.wrong.{name}"


def _missing_key(office: OfficeInfo, name: str) -> str:
    if name.startswith("answer_"):
        return "hold.answer_missing"
    if name == "email" and "email" not in required_fields(office):
        return "hold.email_for_link"
    return f"booking.contact.wrong.{name}_missing"
