"""How every command on an existing appointment begins: find it, see whether it still lives."""

from dataclasses import dataclass
from datetime import datetime

from ..core.errors import DomainError, not_found
from ..core.tx import Tx
from ..office.infos import OfficeInfo
from . import store
from .store import Booked


@dataclass(frozen=True, slots=True)
class Held:
    """What the holder needs to know; the secret is derived from the reference at the edge."""

    reference: str
    start: datetime
    end: datetime
    status: str
    held_until: datetime | None


def load(tx: Tx, reference: str) -> Booked:
    """The appointment behind a reference; raises unknown_appointment."""
    booked = store.find_appointment(tx.conn, reference)
    if booked is None:
        raise not_found("unknown_appointment")
    return booked


def check_alive(tx: Tx, booked: Booked) -> None:
    """Raise hold_expired when the hold has run out, tidied up or not."""
    if _has_run_out(tx, booked):
        raise DomainError("hold_expired", 409)


def is_over(tx: Tx, booked: Booked) -> bool:
    """Whether it holds no time any more: cancelled, or run out."""
    return booked.status == "cancelled" or _has_run_out(tx, booked)


def _has_run_out(tx: Tx, booked: Booked) -> bool:
    run_out = booked.held_until is not None and booked.held_until <= tx.now
    return run_out or booked.status == "expired"


def held_of(booked: Booked) -> Held:
    return Held(booked.reference, booked.start_at, booked.end_at, booked.status, booked.held_until)


def slugs_of(tx: Tx, office: OfficeInfo, booked: Booked) -> tuple[str, ...]:
    """The services of an appointment."""
    return tuple(
        office.offer(offer).service.slug for offer, _ in store.services_of(tx.conn, booked.id)
    )
