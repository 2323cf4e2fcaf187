"""The page behind the secret link: the appointment as one would print it, and read it out.

What can be done about it stands in `holder/pages.py`.
"""

from datetime import datetime
from io import BytesIO

import segno
from starlette.requests import Request as HttpRequest

from ...core.formats import listed, local_day
from ...core.ground import ground_of
from ...core.texts import T
from ...core.web import query_as
from ...office.directory import Directory
from ...office.infos import OfferInfo
from ..choosing.choices import known_services, wanted_words
from ..choosing.residence import ANYWHERE
from ..inputs import LaterQuery
from ..links import FIND_PATH, change_code
from ..rules import spell_reference
from ..spelling import spell, spoken
from ..store import Booked
from ..times.time_page import query_of, texts_of
from ..words import item_words, large_day

_CHANGEABLE = frozenset({"confirmed", "awaiting_email"})


def done_context(
    request: HttpRequest, booked: Booked, items: list[tuple[OfferInfo, int]]
) -> dict[str, object]:
    """What `booking/done.html` shows beside town and office."""
    ground, t = ground_of(request), texts_of(request)
    says, now = request.query_params, ground.clock.now()
    status = status_now(booked, now)
    changeable = status in _CHANGEABLE and booked.start_at > now
    return {
        "status": status,
        "items": [item_words(t, offer, count) for offer, count in items],
        "large_day": large_day(local_day(booked.start_at), t.language),
        "minutes": round((booked.end_at - booked.start_at).total_seconds() / 60),
        "bring": _to_bring(items, t.language),
        "reference": spell_reference(booked.reference),
        "arrival": _arrival(t, booked),
        "video_url": _video_url(booked, items),
        "begins_today": _begins_today(booked, status, now),
        "qr": qr_code(f"AUFRUF:{booked.reference}"),
        "changeable": changeable,
        "on_the_phone": _on_the_phone(request, t, booked) if changeable else None,
        "moved": says.get("verschoben"),
        "again": says.get("gesendet"),
    }


def next_visit(
    request: HttpRequest, directory: Directory, booked: Booked
) -> tuple[str, str] | None:
    """What the address says is still to be booked, in words, and the way there; None for nothing.

    Only somebody who was led to several appointments has it in the address; links in mails lack it.
    """
    later = known_services(directory, query_as(request, LaterQuery).later())
    if not later:
        return None
    home = directory.municipality(booked.resident_of) if booked.resident_of else ANYWHERE
    words = wanted_words(texts_of(request), directory, later)
    return words, f"/termin/{home.slug}/zeit?{query_of(later)}"


def _arrival(t: T, booked: Booked) -> str | None:
    """What happens at that time, where nobody comes."""
    if booked.channel == "video":
        return t("choosing.way.video_line")
    if booked.channel != "phone":
        return None
    if booked.phone is None:
        return t("mail.arrival.phone_unknown")
    return t("mail.arrival.phone", phone=booked.phone)


def _begins_today(booked: Booked, status: str, now: datetime) -> bool:
    """Whether who stays at home waits for it today, and has no place in the line yet."""
    today = local_day(booked.start_at) == local_day(now)
    return booked.channel != "on_site" and status == "confirmed" and today


def _video_url(booked: Booked, items: list[tuple[OfferInfo, int]]) -> str | None:
    return items[0][0].video_url if booked.channel == "video" else None


def status_now(booked: Booked, now: datetime) -> str:
    """Its status; a hold that has run out is over, tidied up or not."""
    over = booked.held_until is not None and booked.held_until <= now
    return "expired" if over else booked.status


def _on_the_phone(request: HttpRequest, t: T, booked: Booked) -> dict[str, object]:
    """Reference and code, spelled for the eye and for the voice, which is always German."""
    ground = ground_of(request)
    german = ground.texts.in_language("de")
    code = change_code(ground.secret_key, booked.reference)
    return {
        "code": code,
        "spelled": spell(t, booked.reference),
        "spelled_code": spell(t, code),
        "spoken": spoken(german, booked.reference),
        "spoken_code": spoken(german, code),
        "address": ground.settings.public_url.partition("://")[2] + FIND_PATH,
    }


def _to_bring(items: list[tuple[OfferInfo, int]], language: str) -> list[tuple[str, str]]:
    """(kind, text): documents, then fees; each once."""
    documents = [
        ("document", document.line)
        for offer, _ in items
        for document in offer.service.documents_in(language)
    ]
    names = len(items) > 1
    fees = [
        ("fee", listed([offer.service.name_in(language), fee], language) if names else fee)
        for offer, _ in items
        if (fee := offer.service.fee_in(language))
    ]
    return list(dict.fromkeys([*documents, *fees]))


def qr_code(text: str) -> str:
    """A QR code as SVG, dark on nothing: the page lays white paper under it."""
    out = BytesIO()
    segno.make(text, error="m", micro=False).save(
        out,
        kind="svg",
        xmldecl=False,
        svgns=False,
        nl=False,
        omitsize=True,
        border=2,
        svgclass="qr",
        lineclass=None,
    )
    return out.getvalue().decode()
