"""What somebody can do who gets no number: the next free appointment, booked with the phone."""

from dataclasses import dataclass
from datetime import datetime

from ..booking.rules import Wanted
from ..booking.times.time_page import query_of
from ..core.ground import Ground
from ..core.qr import Qr, make_qr
from ..queue.drawing.next_free import NO_NUMBER, next_free, next_free_of_any
from .choosing import Choice, choices_of, read_chosen
from .place import Kiosk

# Why there is no number, as the kiosk's pages name it, where an appointment may help.
LEADS_ON = NO_NUMBER | {"appointments_only"}


@dataclass(frozen=True, slots=True)
class Instead:
    """`start` is the next free appointment, None where none is free; `address` is short enough to
    be typed, the code leads straight to the times."""

    address: str
    qr: Qr
    start: datetime | None = None

    @property
    def typed(self) -> str:
        return self.address.partition("://")[2]


async def instead_of(ground: Ground, choice: Choice, state: str) -> Instead | None:
    """For one service: its online page, or the appointment; None where there is neither."""
    if choice.offer.is_open_to_book:
        return await _appointment(ground, [choice], (Wanted(choice.slug),), state)
    url = choice.offer.service.online_url
    return None if url is None else Instead(url, make_qr(url))


async def instead_of_number(
    ground: Ground, kiosk: Kiosk, wanted: tuple[Wanted, ...], state: str
) -> Instead | None:
    """For what was chosen before; if nothing was, the earliest for anything that is done here."""
    chosen = read_chosen(choices_of(kiosk.offices), wanted)
    if chosen is not None and all(choice.offer.is_open_to_book for choice in chosen):
        return await _appointment(ground, list(chosen), wanted, state)
    starts = [
        (start, office)
        for office in kiosk.offices
        if (start := await next_free_of_any(ground, office, today=_is_today(state))) is not None
    ]
    if not starts:
        return None
    start, office = min(starts, key=lambda found: found[0])
    address = _address(ground, office.municipality.slug)
    return Instead(address, make_qr(address), start)


async def _appointment(
    ground: Ground, chosen: list[Choice], wanted: tuple[Wanted, ...], state: str
) -> Instead:
    office = chosen[0].office
    start = await next_free(ground, office, wanted, today=_is_today(state))
    address = _address(ground, office.municipality.slug)
    times = f"{address}/zeit?{query_of(wanted, office=office.slug)}"
    return Instead(address, make_qr(times), start)


def _address(ground: Ground, town: str) -> str:
    return f"{ground.settings.public_url}/termin/{town}"


def _is_today(state: str) -> bool:
    """Whoever closed early is not there for an appointment of the same day either."""
    return state != "closed_early"
