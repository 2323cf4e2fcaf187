"""The booking routes of the JSON interface. What is decided is decided in the commands.

What the holder of an appointment may do stands in `holder/api.py`.
"""

from contextlib import nullcontext
from dataclasses import asdict

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from ..core.access import PUBLIC, route
from ..core.api import answer, first_answer, json_response
from ..core.errors import invalid
from ..core.ground import ground_of
from ..core.spec import Spec
from ..core.web import body_as
from ..office.directory import latest_directory
from . import services
from .choosing import services_api
from .guard.bots import challenge_for, trust_in_program
from .guard.proof import FULL_TRUST
from .guard.traffic import require_hold, require_mail
from .holder import api as holder_api
from .inputs import AppointmentAnswer, ChallengeAnswer, NewAppointment
from .mails.sending import post_of
from .times import calendar_api
from .waiting import api as waiting_api


async def book_appointment(request: Request) -> Response:
    """POST /api/v1/offices/{o}/appointments; a repeat gets the first answer and uses up nothing."""
    return await first_answer(request, _book)


async def _book(request: Request) -> Response:
    ground = ground_of(request)
    asked = await body_as(request, NewAppointment)
    if asked.language not in ground.texts.languages:
        raise invalid("language", "language")
    directory = await latest_directory(ground)
    office = directory.office(request.path_params["o"])
    require_hold(request)
    if asked.contact is not None:
        await require_mail(request, office.id, asked.contact.email)
    lives_in = directory.municipality(asked.resident_of) if asked.resident_of else None
    trusted = trust_in_program(request, asked.proof) if asked.contact else nullcontext(FULL_TRUST)
    with trusted as trust:
        return await answer(
            request,
            office.id,
            services.hold_slot,
            lambda held: holder_api.held_reply(ground, held, 201),
            office_id=office.id,
            start=asked.start,
            services=asked.wanted(),
            language=asked.language,
            contact=asked.contact.as_contact() if asked.contact else None,
            resident_of=lives_in.id if lives_in else None,
            channel=asked.channel,
            trust=trust,
            post=post_of(ground),
        )


async def show_challenge(request: Request) -> Response:
    """GET /api/v1/challenge: what to answer beside a contact, when anything at all."""
    challenge = challenge_for(request)
    values = {} if challenge is None else asdict(challenge)
    return json_response(ChallengeAnswer(required=challenge is not None, **values))


routes: list[BaseRoute] = [
    *services_api.routes,
    *calendar_api.routes,
    route(
        "/api/v1/challenge",
        show_challenge,
        access=PUBLIC,
        spec=Spec("A challenge; its answer goes with a contact", answers={200: ChallengeAnswer}),
    ),
    route(
        "/api/v1/offices/{o}/appointments",
        book_appointment,
        access=PUBLIC,
        methods=("POST",),
        spec=Spec(
            "Hold a time; with a contact, book it",
            body=NewAppointment,
            answers={201: AppointmentAnswer},
            errors=(
                "unknown_office",
                *calendar_api.ASKED,
                "not_for_residents",
                "channel_not_offered",
                *holder_api.WHO_COMES,
                *holder_api.TIME,
            ),
        ),
    ),
    *holder_api.routes,
    *waiting_api.routes,
]
