"""The calendar file of an appointment, as pages and interface hand it out alike."""

from datetime import datetime

from sqlalchemy import Connection
from starlette.responses import Response

from ...core.errors import wrong_state
from ...core.formats import local_day
from ...core.ground import Ground
from ...office.directory import latest_directory
from ...office.infos import OfficeInfo
from ..mails.invitations import write_invitation
from ..mails.sending import Post, invitation_of, post_of, visit_of
from ..store import Booked


async def calendar_response(ground: Ground, booked: Booked) -> Response:
    """The entry to download. Raises wrong_state before it is booked."""
    office = (await latest_directory(ground)).office(booked.office_id)
    text = await ground.database.read(
        _calendar_file, post_of(ground), office, booked, ground.clock.now()
    )
    name = f"termin-{local_day(booked.start_at).isoformat()}.ics"
    return Response(
        text,
        media_type="text/calendar; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def _calendar_file(
    conn: Connection, post: Post, office: OfficeInfo, booked: Booked, now: datetime
) -> str:
    if booked.status in {"held", "awaiting_email", "expired"}:
        raise wrong_state(booked.status)
    visit = visit_of(conn, post.texts.in_language(booked.language), office, booked)
    invitation = invitation_of(post, office, booked, visit, now, attendee=None)
    return write_invitation(invitation, "CANCEL" if booked.status == "cancelled" else "PUBLISH")
