"""What can happen to an appointment. Never carries a name, an address or a secret."""

from datetime import datetime

from ..core.events import Event


class AppointmentHeld(Event):
    appointment_id: int
    start: datetime
    end: datetime
    held_until: datetime
    services: tuple[str, ...]


class HoldExtended(Event):
    appointment_id: int
    held_until: datetime


class EmailConfirmationAsked(Event):
    appointment_id: int
    held_until: datetime


class AppointmentConfirmed(Event):
    appointment_id: int
    start: datetime
    services: tuple[str, ...]


class AppointmentMoved(Event):
    appointment_id: int
    previous_start: datetime
    start: datetime


class AppointmentCancelled(Event):
    appointment_id: int
    start: datetime


class HoldExpired(Event):
    appointment_id: int
    start: datetime


class AppointmentCheckedIn(Event):
    appointment_id: int
    late: bool


class CheckInUndone(Event):
    appointment_id: int


class AppointmentAttended(Event):
    appointment_id: int


class AppointmentMissed(Event):
    appointment_id: int


class WaitingBegan(Event):
    """Somebody waits for a free time; with an appointment, for an earlier one."""

    entry_id: int


class WaitingEnded(Event):
    """They were served, or do not wait any more."""

    entry_id: int
    served: bool


class OfferMade(Event):
    """A free time is held for somebody who waits, by an appointment of its own."""

    entry_id: int
    appointment_id: int
    start: datetime
    until: datetime


class OfferEnded(Event):
    """It was taken, declined or withdrawn, or lapsed; then its hold is over."""

    entry_id: int
    appointment_id: int
    start: datetime
    how: str


class PlacesRecounted(Event):
    """Opening rules changed; `conflicts` appointments no longer fit."""

    conflicts: int
