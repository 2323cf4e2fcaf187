"""The page of times, for a first choice and for a move: the earliest, a strip of days, a week."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import cast
from urllib.parse import urlencode

from sqlalchemy import Connection
from starlette.requests import Request as HttpRequest
from starlette.responses import Response

from ..core.errors import DomainError
from ..core.formats import local_day
from ..core.ground import ground_of
from ..core.language import language_of
from ..core.secrets import new_token
from ..core.texts import T
from ..core.web import page
from ..office.infos import MunicipalityInfo, OfficeInfo
from . import place_store
from .calendar_view import CalendarView, calendar_of, listed_days, window
from .capacity import last_day
from .days import TakenDays, earliest_start, free_times_on
from .reading import taken_days
from .rules import Request, Wanted
from .store import Booked
from .words import item_words, near_moment

# Refusals of a time that another time answers; the page of times is shown again with them.
OTHER_TIME = frozenset(
    {"slot_taken", "slot_not_offered", "in_the_past", "too_soon", "too_far", "closed_that_day"}
)


@dataclass(frozen=True, slots=True)
class Way:
    """How far somebody has come: where they live, where to, what for.

    `path` and `action` are where days and times lead; in a move `holder` is the secret link and
    `moving` the appointment.
    """

    town: MunicipalityInfo
    office: OfficeInfo
    request: Request
    wanted: Sequence[Wanted]
    holder: str | None = None
    moving: Booked | None = None

    @property
    def path(self) -> str:
        if self.holder:
            return f"{self.holder}/verschieben?"
        query = query_of(self.wanted, office=self.office.slug)
        return f"/termin/{self.town.slug}/zeit?{query}&"

    @property
    def action(self) -> str:
        return f"{self.holder}/verschieben" if self.holder else f"/termin/{self.town.slug}/halten"


async def times_page(
    request: HttpRequest, way: Way, day: date | None, refusal: DomainError | None = None
) -> Response:
    """The earliest time, then the days; after a refusal the alternatives above them."""
    ground = ground_of(request)
    t, now = texts_of(request), ground.clock.now()
    earliest, calendar = await ground.database.read(
        _read_times, t, taken_days(ground), way, day, now
    )
    context = {
        "municipality": way.town,
        "way": way,
        "items": [item_words(t, offer, count) for offer, count in way.request.items],
        "earliest": earliest,
        "earliest_words": near_moment(t, earliest, now) if earliest else None,
        "calendar": calendar,
        "refusal": refusal,
        "alternatives": alternatives_of(refusal),
        "last_day": last_day(way.office, now),
        "press_key": new_token(),
        "back": way.holder or way_back(way.town, way.wanted),
    }
    return page(request, "booking/time.html", context, refusal.status if refusal else 200)


def _read_times(
    conn: Connection, t: T, known: TakenDays, way: Way, day: date | None, now: datetime
) -> tuple[datetime | None, CalendarView]:
    office, asked = way.office, way.request
    own = place_store.places_of(conn, way.moving.id) if way.moving else []
    earliest = earliest_start(conn, known, office, asked, now, own)
    chosen = day or (local_day(earliest) if earliest else local_day(now))
    days, before, after = window(listed_days(office, now), chosen)
    chosen = chosen if chosen in days else days[0] if days else chosen
    times = free_times_on(conn, known, office, asked, days, now, own)
    present = way.moving.start_at if way.moving else None
    ordered = {each: [time for time in times[each] if time.start != present] for each in days}
    if present is not None and earliest is not None and earliest >= present:
        earliest = None
    return earliest, calendar_of(t, office, asked, now, ordered, chosen, (before, after))


def alternatives_of(refusal: DomainError | None) -> list[datetime]:
    """The free starts that a refusal names."""
    named = refusal.details.get("alternatives") if refusal else None
    return [datetime.fromisoformat(text) for text in cast("list[str]", named or [])]


def query_of(wanted: Sequence[Wanted], **more: str) -> str:
    """What is wanted, as a query that the pages read back."""
    pairs = [("service", f"{each.slug}:{each.count}") for each in wanted]
    return urlencode([*pairs, *more.items()], safe=":")


def way_back(town: MunicipalityInfo, wanted: Sequence[Wanted]) -> str:
    return f"/termin/{town.slug}?{query_of(wanted)}"


def texts_of(request: HttpRequest) -> T:
    """The catalogue in the language of the request."""
    return ground_of(request).texts.in_language(language_of(request))
