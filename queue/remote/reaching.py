"""Which tickets are served from afar, and where their video takes place. Pure."""

from ...core.errors import DomainError
from ...office.directory import OfficeInfo
from ..state import TicketNow

REMOTE = frozenset({"phone", "video"})


def video_url_of(ticket: TicketNow, office: OfficeInfo) -> str | None:
    """The room of the first service that has one; None for any other channel."""
    if ticket.channel != "video":
        return None
    for asked in ticket.services:
        try:
            url = office.offer(asked.offer_id).video_url
        except DomainError:
            continue  # transferred from an office that does it
        if url:
            return url
    return None
