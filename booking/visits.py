"""What an appointment is about and where it takes place, in the words of a language."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from ..core.texts import T
from ..office.infos import OfferInfo, OfficeInfo
from . import store
from .mails.kinds import raw
from .mails.writing import fill
from .store import Booked

Item = tuple[OfferInfo, int]


@dataclass(frozen=True, slots=True)
class Visit:
    """What an appointment is about, as lists of lines; `video_url` where it takes place so."""

    services: str
    documents: str
    video_url: str | None = None


def visit_of(conn: Connection, t: T, office: OfficeInfo, booked: Booked) -> Visit:
    """What it is about, in the words of a language."""
    return visit_for(t, items_of(conn, office, booked), booked.channel)


def items_of(conn: Connection, office: OfficeInfo, booked: Booked) -> list[Item]:
    """The offers of an appointment and for how many, in the order they were asked for."""
    return [(office.offer(offer), count) for offer, count in store.services_of(conn, booked.id)]


def visit_for(t: T, items: Sequence[Item], channel: str) -> Visit:
    documents = dict.fromkeys(
        document.line for offer, _ in items for document in offer.service.documents_in(t.language)
    )
    urls = (offer.video_url for offer, _ in items if channel == "video" and offer.video_url)
    return Visit(
        services="\n".join(f"- {name}" for name in named_services(t, items)),
        documents="\n".join(f"- {document}" for document in documents)
        or t("mail.nothing_to_bring"),
        video_url=next(urls, None),
    )


def named_services(t: T, items: Sequence[Item]) -> list[str]:
    """`Reisepass beantragen (2 Mal)`, one for each."""
    return [_named(t, offer, count) for offer, count in items]


def place_lines(t: T, office: OfficeInfo, channel: str) -> list[str]:
    """Where to be: the office's address, or that it is by phone or video."""
    if channel == "on_site":
        return [office.name, office.street, f"{office.postcode} {office.town}"]
    return [t(f"mail.place.{channel}"), office.name]


def arrival_words(
    t: T, office: OfficeInfo, channel: str, phone: str | None, video_url: str | None
) -> str:
    """What to do at that time: check in, wait for the call, open the video."""
    match channel, phone or "", video_url or "":
        case ("video", _, str(url)) if url:
            return fill(raw(t, "mail.arrival.video"), {"link": url})
        case ("phone", str(own), _) if own:
            return t("mail.arrival.phone", phone=own)
        case ("phone", _, _):
            key = "mail.arrival.call_us" if office.phone else "mail.arrival.phone_unknown"
            return t(key, phone=office.phone or "")
        case _:
            return t("mail.arrival.on_site")


def _named(t: T, offer: OfferInfo, count: int) -> str:
    name = offer.service.name_in(t.language)
    return f"{name} ({t('mail.times', n=count)})" if count > 1 else name
