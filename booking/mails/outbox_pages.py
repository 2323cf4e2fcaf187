"""The outbox of an office: which mails wait, were sent or failed and why; sending one again."""

from typing import Annotated
from urllib.parse import urlencode

from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from ...core.access import allow, route
from ...core.database import HIGHEST_ID
from ...core.ground import Ground, ground_of
from ...core.inputs import Input, Line
from ...core.outbox import OUTDATED
from ...core.outbox_reading import SHOWN, State, counts_of, mails_of, send_again
from ...core.web import query_as, see_other
from ...office.infos import OfficeInfo
from ...office.staff.frame import office_of, staff_page

STAFF = allow("staff", "administrator", office="o")
OUTBOX = "/office/{o}/mails/outbox"

# What the name of an error in the outbox means, by how it begins (`core/delivery.py`).
_REASONS = (
    (OUTDATED, "late"),
    ("SMTPRecipientsRefused 4", "later"),
    ("SMTPRecipientsRefused", "address"),
    ("SMTPAuthentication", "account"),
    ("SMTPSenderRefused", "account"),
    ("SMTPConnect", "away"),
    ("SMTPServerDisconnected", "away"),
    ("SMTPTimeout", "away"),
    ("SMTPReadTimeout", "away"),
    ("OSError", "away"),
    ("ConnectionError", "away"),
)


class OutboxQuery(Input):
    """What of the outbox is shown."""

    state: State | None = None
    to: Annotated[str, Line(120, least=0)] = ""
    before: Annotated[int, Field(ge=1, le=HIGHEST_ID)] | None = None


async def show_outbox(request: Request) -> Response:
    """GET /office/{o}/mails/outbox: the mails of the office, and what did not arrive."""
    office, ground = await office_of(request), ground_of(request)
    asked = query_as(request, OutboxQuery)
    read = ground.database.read
    found = await read(mails_of, office.id, asked.state, asked.to, asked.before)
    mails = found[:SHOWN]
    older = {"before": mails[-1].id} if len(found) > SHOWN else None
    context = {
        "asked": asked,
        "mails": mails,
        "counts": await read(counts_of, office.id),
        "reason_of": reason_of,
        "delivers": _delivers(ground, office),
        "older": urlencode({**_kept(asked), **older}) if older else None,
        "base": OUTBOX.format(o=office.slug),
    }
    return await staff_page(request, "booking/outbox.html", office, context)


async def try_again(request: Request) -> Response:
    """POST /office/{o}/mails/outbox/{mail}/again: send one that did not arrive once more."""
    office, ground = await office_of(request), ground_of(request)
    mail_id = request.path_params["mail"]
    if mail_id <= HIGHEST_ID:
        await ground.runner.run((), send_again, office_id=office.id, mail_id=mail_id)
    return see_other(OUTBOX.format(o=office.slug))


def reason_of(error: str) -> str:
    """The key of the sentence that says what an error means."""
    reason = next((name for start, name in _REASONS if error.startswith(start)), "refused")
    return f"mails.reason.{reason}"


def _kept(asked: OutboxQuery) -> dict[str, str]:
    kept = {"state": asked.state or "", "to": asked.to}
    return {name: value for name, value in kept.items() if value}


def _delivers(ground: Ground, office: OfficeInfo) -> bool:
    """Whether there is a mail server for this office's mails at all."""
    settings = ground.settings
    town = office.municipality.slug
    return bool(settings.smtp_url.get_secret_value()) or town in settings.smtp_accounts


routes: list[BaseRoute] = [
    route(OUTBOX, show_outbox, access=STAFF),
    route(OUTBOX + "/{mail:int}/again", try_again, access=STAFF, methods=("POST",)),
]
