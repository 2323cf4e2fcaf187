"""The page of times, for a first choice and for a move: the earliest, then days, month or list."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal, cast, get_args
from urllib.parse import urlencode

from sqlalchemy import Connection
from starlette.requests import Request as HttpRequest
from starlette.responses import Response

from ...core.errors import DomainError
from ...core.formats import local_day
from ...core.ground import Ground, ground_of
from ...core.language import language_of
from ...core.problems import retry_headers
from ...core.secrets import new_token
from ...core.texts import T
from ...core.web import page
from ...office.directory import latest_directory
from ...office.infos import Channel, MunicipalityInfo, OfficeInfo
from .. import place_store
from ..capacity import last_day
from ..days import first_starts, free_days, free_times_on
from ..reading import offices_anywhere, taken_days
from ..rules import Request, Wanted
from ..store import Booked
from ..taken_days import TakenDays
from ..words import item_words, later_words, near_moment
from .calendar_view import (
    COLUMNS,
    SHOWN_DAYS,
    CalendarView,
    calendar_of,
    day_view,
    listed_days,
    window,
)
from .month_view import MonthView, month_days, month_of
from .reasons import next_release, walk_in_days

View = Literal["days", "month", "list"]
VIEWS: tuple[View, ...] = get_args(View)

# Refusals of a time that another time answers; the page of times is shown again with them, and
# when times were tried too often.
OTHER_TIME = frozenset(
    {"slot_taken", "slot_not_offered", "in_the_past", "too_soon", "too_far", "closed_that_day"}
)
TIMES_AGAIN = OTHER_TIME | {"too_many_requests"}


@dataclass(frozen=True, slots=True)
class Way:
    """How far somebody has come: where they live, where to, what for.

    `path` and `action` are where days and times lead; in a move `holder` is the secret link and
    `moving` the appointment. `later` is what comes into another appointment after this one.
    """

    town: MunicipalityInfo
    office: OfficeInfo
    request: Request
    wanted: Sequence[Wanted]
    holder: str | None = None
    moving: Booked | None = None
    channel: Channel = "on_site"
    later: Sequence[Wanted] = ()

    @property
    def path(self) -> str:
        if self.holder:
            return f"{self.holder}/verschieben?"
        query = query_of(self.wanted, self.later, office=self.office.slug, **self.way_chosen)
        return f"/termin/{self.town.slug}/zeit?{query}&"

    @property
    def way_chosen(self) -> dict[str, str]:
        """The channel, where there was a choice."""
        return {"channel": self.channel} if len(self.request.channels) > 1 else {}

    @property
    def waiting_path(self) -> str | None:
        """Where to ask for being told when something becomes free; None where nobody may wait."""
        if not self.office.waiting_list:
            return None
        if self.holder:
            return f"{self.holder}/warteliste"
        query = query_of(self.wanted, office=self.office.slug, channel=self.channel)
        return f"/termin/{self.town.slug}/warteliste?{query}"

    @property
    def action(self) -> str:
        return f"{self.holder}/verschieben" if self.holder else f"/termin/{self.town.slug}/halten"


@dataclass(frozen=True, slots=True)
class Shown:
    """What was read for the page; `month` in that view, else `calendar`."""

    earliest: datetime | None
    calendar: CalendarView | None = None
    month: MonthView | None = None


async def times_page(
    request: HttpRequest, way: Way, day: date | None, refusal: DomainError | None = None
) -> Response:
    """The earliest time, then the days; after a refusal the alternatives above them."""
    ground = ground_of(request)
    t, now = texts_of(request), ground.clock.now()
    view = view_of(request)
    shown = await ground.database.read(_read, t, taken_days(ground), way, view, day, now)
    earliest = shown.earliest
    context = {
        "municipality": way.town if way.town.id else way.office.municipality,
        "way": way,
        "view": view,
        "views": VIEWS,
        "items": [item_words(t, offer, count) for offer, count in way.request.items],
        "earliest": earliest,
        "earliest_words": near_moment(t, earliest, now) if earliest else None,
        "shown": shown,
        "day": day,
        "release": None if earliest else _release_words(t, way, now),
        "walk_in_days": walk_in_days(t, way.office, way.request, now),
        "elsewhere": await _elsewhere(ground, way),
        "refusal": refusal,
        "later": later_words(t, refusal),
        "alternatives": alternatives_of(refusal),
        "last_day": last_day(way.office, now),
        "press_key": new_token(),
        "back": way.holder or way_back(way.town, [*way.wanted, *way.later]),
    }
    response = page(request, "booking/time.html", context, refusal.status if refusal else 200)
    response.headers.update(retry_headers(refusal) if refusal else {})
    return response


def view_of(request: HttpRequest) -> View:
    """How the days are shown: what the address says, else the next days."""
    asked = request.query_params.get("view")
    return "month" if asked == "month" else "list" if asked == "list" else "days"


def _release_words(t: T, way: Way, now: datetime) -> str | None:
    """When new appointments come, by the rules."""
    release = next_release(way.office, way.request, now)
    return near_moment(t, release, now) if release else None


async def _elsewhere(ground: Ground, way: Way) -> str | None:
    """Where the earliest times of all offices are, when another one may do it too."""
    if way.holder:
        return None
    directory = await latest_directory(ground)
    offices = offices_anywhere(directory, way.town, tuple(way.wanted))
    if len(offices) < 2:
        return None
    return earliest_path(way.town, way.wanted, way.later, **way.way_chosen)


def _read(
    conn: Connection,
    t: T,
    known: TakenDays,
    way: Way,
    view: View,
    day: date | None,
    now: datetime,
) -> Shown:
    office, asked = way.office, way.request
    own = place_store.places_of(conn, way.moving.id) if way.moving else []
    present = way.moving.start_at if way.moving else None
    earliest = next(iter(first_starts(conn, known, office, asked, now, own)), None)
    listed = listed_days(office, now)
    chosen = day or (local_day(earliest) if earliest else local_day(now))
    chosen = next((each for each in listed if each >= chosen), listed[-1] if listed else chosen)

    def times_of(days: Sequence[date]) -> dict[date, list[datetime]]:
        found = free_times_on(conn, known, office, asked, days, now, own)
        return {
            each: [time.start for time in found[each] if time.start != present] for each in days
        }

    if present is not None and earliest is not None and earliest >= present:
        earliest = None
    if view == "month" and listed:
        days = month_days(listed, chosen)
        free = dict(free_days(conn, known, office, asked, days, now, own))
        times = times_of([chosen])[chosen]
        free[chosen] = len(times)
        here = day_view(t, office, asked, now, chosen, times, current=True)
        return Shown(earliest, month=month_of(t, office, asked, now, listed, free, here))
    days, *ends = window(listed, chosen, SHOWN_DAYS if view == "list" else COLUMNS)
    times = times_of(days)
    return Shown(earliest, calendar_of(t, office, asked, now, times, chosen, (ends[0], ends[1])))


def alternatives_of(refusal: DomainError | None) -> list[datetime]:
    """The free starts that a refusal names."""
    named = refusal.details.get("alternatives") if refusal else None
    return [datetime.fromisoformat(text) for text in cast("list[str]", named or [])]


def query_of(wanted: Sequence[Wanted], later: Sequence[Wanted] = (), /, **more: str) -> str:
    """What is wanted, and what is later, as a query that the pages read back."""
    pairs = [("service", f"{each.slug}:{each.count}") for each in wanted]
    pairs += [("dann", f"{each.slug}:{each.count}") for each in later]
    return urlencode([*pairs, *more.items()], safe=":")


def way_back(town: MunicipalityInfo, wanted: Sequence[Wanted]) -> str:
    return f"/termin/{town.slug}?{query_of(wanted)}"


def later_query(later: Sequence[Wanted]) -> str:
    """What the address of a held time or an appointment carries along: `?dann=…`, or nothing."""
    return f"?{query_of((), later)}" if later else ""


def earliest_path(
    town: MunicipalityInfo, wanted: Sequence[Wanted], later: Sequence[Wanted] = (), /, **more: str
) -> str:
    """Where the earliest times of all offices stand."""
    return f"/termin/{town.slug}/frueheste?{query_of(wanted, later, **more)}"


def texts_of(request: HttpRequest) -> T:
    """The catalogue in the language of the request."""
    return ground_of(request).texts.in_language(language_of(request))
