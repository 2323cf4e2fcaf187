"""What only staff do to an appointment beside moving and cancelling it."""

from ...core.errors import DomainError, wrong_state
from ...core.tx import Tx
from ...office.directory import current_directory
from ..lookup import load
from ..mails.sending import Post, send_confirmation


def send_again(tx: Tx, *, reference: str, post: Post | None) -> None:
    """Send the confirmation of a booked appointment once more; pressed twice in a minute, once.

    Called by staff. Raises unknown_appointment, wrong_state, contact_required (422) when there is
    no e-mail address.
    """
    booked = load(tx, reference)
    if booked.status != "confirmed":
        raise wrong_state(booked.status)
    if booked.email is None:
        raise DomainError("contact_required", 422, {"fields": ["email"]})
    office = current_directory(tx).office(booked.office_id)
    send_confirmation(tx, post, office, booked, again=True)
