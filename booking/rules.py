"""Pure decisions about one appointment: states, what was asked for, lead time, references.

How many places there are and which one to take stands in `capacity.py`.
"""

import re
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from ..core.errors import DomainError, wrong_state
from ..office.infos import Channel, OfferInfo, OfficeInfo
from ..office.rules import goes_together

# Everything that may happen to an appointment; whatever is not here is refused.
TRANSITIONS: Mapping[str, frozenset[str]] = {
    "held": frozenset({"confirmed", "awaiting_email", "expired", "cancelled"}),
    "awaiting_email": frozenset({"confirmed", "expired", "cancelled"}),
    "confirmed": frozenset({"checked_in", "no_show", "cancelled"}),
    "checked_in": frozenset({"attended", "no_show", "cancelled", "confirmed"}),
    "no_show": frozenset({"checked_in"}),
    "attended": frozenset(),
    "expired": frozenset(),
    "cancelled": frozenset(),
}
TEMPORARY = frozenset({"held", "awaiting_email"})
BEFORE_THE_VISIT = frozenset({"held", "awaiting_email", "confirmed"})

MAX_SERVICES = 8
MAX_COUNT = 20  # persons or pieces of one service, whatever its offer allows
MAX_EXTENSIONS = 10  # WCAG 2.2, 2.2.1 Timing Adjustable: at least ten times
EMAIL_MINUTES = 60  # time to follow the link of the confirmation mail

# No 0 O 1 I L: they are mistaken for each other on paper and on the phone.
REFERENCE_ALPHABET = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
REFERENCE_LENGTH = 8
_REFERENCE = re.compile(f"[{REFERENCE_ALPHABET}]{{{REFERENCE_LENGTH}}}")
_LINK = re.compile(r"/termin/([^/\s?#]+)/")
# A scanner that types with another keyboard layout turns the colon into something else.
_MARK = re.compile(r"^\s*AUFRUF\W", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Wanted:
    """A service that somebody wants, and for how many persons or pieces."""

    slug: str
    count: int = 1


@dataclass(frozen=True, slots=True)
class Contact:
    """Who comes. Deleted when the appointment is cancelled or expires.

    `answers` has one text for each of the office's questions, empty where nothing was said.
    """

    name: str
    email: str | None = None
    phone: str | None = None
    remark: str | None = None
    answers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Request:
    """What was asked for, checked against what the office does."""

    items: tuple[tuple[OfferInfo, int], ...]
    minutes: int
    pools: tuple[int, ...]

    @property
    def offers(self) -> frozenset[int]:
        return frozenset(offer.id for offer, _ in self.items)

    @property
    def slugs(self) -> tuple[str, ...]:
        return tuple(offer.service.slug for offer, _ in self.items)

    @property
    def channels(self) -> tuple[Channel, ...]:
        """The ways in which all of it can be done, as the first service names them."""
        return common_channels([offer for offer, _ in self.items])


def check_transition(present: str, wanted: str) -> None:
    """Raise wrong_state (409, naming the present state) for a step that is not in the table."""
    if wanted not in TRANSITIONS[present]:
        raise wrong_state(present)


def common_channels(offers: Sequence[OfferInfo]) -> tuple[Channel, ...]:
    """The ways that all these offers share: on site, by phone, by video."""
    return tuple(
        channel
        for channel in offers[0].channels
        if all(channel in offer.channels for offer in offers)
    )


def check_bookable(offer: OfferInfo) -> None:
    """Raise not_bookable (409) for what the public can make no appointment for."""
    if not offer.is_open_to_book:
        raise DomainError("not_bookable", 409, {"service": offer.service.slug})


def check_bookable_by_staff(offer: OfferInfo) -> None:
    """Raise not_bookable (409) for what no appointments are given for at all."""
    if not offer.bookable or offer.online_only:
        raise DomainError("not_bookable", 409, {"service": offer.service.slug})


def read_request(
    office: OfficeInfo,
    wanted: Sequence[Wanted],
    allowed: Callable[[OfferInfo], None] = check_bookable,
) -> Request:
    """The offers behind the slugs, with the whole duration and the pools to take a place in.

    `allowed` refuses an offer that is not open to this way of coming; a walk-in has its own. Raises
    what that raises, unknown_service, too_many, not_together. The same service named twice is
    counted together.
    """
    counts: dict[str, int] = {}
    for each in wanted:
        counts[each.slug] = counts.get(each.slug, 0) + each.count
    if not counts or len(counts) > MAX_SERVICES:
        raise DomainError("too_many", 422, {"max": MAX_SERVICES})
    items = tuple(
        (_read_offer(office, slug, count, allowed), count) for slug, count in counts.items()
    )
    offers = [offer for offer, _ in items]
    if not goes_together(office, [offer.id for offer in offers]) or not common_channels(offers):
        raise DomainError("not_together", 409, {"services": list(counts)})
    return Request(
        items=items,
        minutes=sum(offer.duration(count) for offer, count in items),
        pools=tuple(sorted({pool for offer, _ in items for pool in offer.pools})),
    )


def _read_offer(
    office: OfficeInfo, slug: str, count: int, allowed: Callable[[OfferInfo], None]
) -> OfferInfo:
    offer = office.offer(slug)
    allowed(offer)
    if not 1 <= count <= offer.max_count:
        raise DomainError("too_many", 422, {"service": slug, "max": offer.max_count})
    return offer


def check_residents(request: Request, municipality_id: int | None) -> None:
    """Raise not_for_residents when the office does one of them only for other towns.

    Somebody who did not say where they live is let through: the counter will ask.
    """
    for offer, _ in request.items:
        if municipality_id is not None and not offer.is_for(municipality_id):
            raise DomainError("not_for_residents", 409, {"service": offer.service.slug})


def check_channel(request: Request, channel: Channel) -> None:
    """Raise channel_not_offered (409), naming the ways there are."""
    if channel not in request.channels:
        raise DomainError("channel_not_offered", 409, {"channels": list(request.channels)})


def required_fields(
    office: OfficeInfo, channel: str = "on_site", *, ask_email: bool = False
) -> tuple[str, ...]:
    """The fields of a contact that an office cannot do without; its questions by their place.

    Whom we are to call, we need the number of.
    """
    email = ("email",) if office.email_required or office.confirm_by_email or ask_email else ()
    phone = ("phone",) if office.phone_required or channel == "phone" else ()
    questions = [f"answer_{n}" for n, each in enumerate(office.questions) if each.required]
    return ("name", *email, *phone, *questions)


def check_contact(
    office: OfficeInfo,
    contact: Contact,
    channel: str = "on_site",
    *,
    ask_email: bool = False,
) -> None:
    """Raise contact_required (422) naming the fields that this office cannot do without.

    With `ask_email` the booking rests on the e-mail's link, whatever the office says.
    """
    answers = {f"answer_{n}": answer for n, answer in enumerate(contact.answers)}
    given = {"name": contact.name, "email": contact.email, "phone": contact.phone, **answers}
    required = required_fields(office, channel, ask_email=ask_email)
    missing = [name for name in required if not given.get(name)]
    if missing:
        raise DomainError("contact_required", 422, {"fields": missing})


def held_until(office: OfficeInfo, now: datetime) -> datetime:
    """The end of a hold that begins or is extended now."""
    return now + timedelta(minutes=office.hold_minutes)


def new_reference() -> str:
    """A random reference; 31^8 of them, so that guessing one of a day's is hopeless."""
    return in_signs(
        secrets.randbelow(len(REFERENCE_ALPHABET) ** REFERENCE_LENGTH), REFERENCE_LENGTH
    )


def in_signs(number: int, length: int) -> str:
    """The end of a number, written in the signs of references."""
    signs: list[str] = []
    for _ in range(length):
        number, sign = divmod(number, len(REFERENCE_ALPHABET))
        signs.append(REFERENCE_ALPHABET[sign])
    return "".join(signs)


def spell_reference(reference: str) -> str:
    """As people read it: XXXX-XXXX."""
    return f"{reference[:4]}-{reference[4:]}"


def read_reference(text: str) -> str | None:
    """A reference as somebody typed it: spaces, dashes, dots and lower case are forgiven."""
    plain = read_signs(text)
    return plain if _REFERENCE.fullmatch(plain) else None


def read_signs(text: str) -> str:
    """Signs as somebody typed them, without what only makes them easier to read."""
    return re.sub(r"[\s.\-_\u200e\u200f\u2010-\u2015]", "", text).upper()


def read_code(text: str) -> str | None:
    """The reference in a check-in code: typed, "AUFRUF:<reference>", or the secret link."""
    link = _LINK.search(text)
    return read_reference(link[1] if link else _MARK.sub("", text))
