"""The slow, obviously right way to opening hours: walk through a day minute by minute.

Shares nothing with the code but the shapes it is asked about.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import holidays

from aufruf.office.infos import (
    AreaInfo,
    ClosureInfo,
    CounterInfo,
    MunicipalityInfo,
    OfferInfo,
    OfficeInfo,
    RuleInfo,
    ServiceInfo,
)

BERLIN = ZoneInfo("Europe/Berlin")
DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)
TOWN = MunicipalityInfo(1, "amtal", "Amtal", "Stadt Amtal", "HE", "amtal", *[None] * 7, position=0)
AREA = AreaInfo(1, "rathaus", "Rathaus", 1, "Foyer", None)

Hours = tuple[RuleInfo, Collection[datetime]]
"""A rule and the minutes in which it is open."""
Taken = Mapping[int, Mapping[int, set[int]]]


@cache
def holidays_of(state: str) -> Mapping[date, str]:
    return holidays.country_holidays("DE", subdiv=state, years=range(2024, 2030), language="de")


HESSE = holidays_of("HE")


def office_with(
    rules: Collection[RuleInfo],
    closures: Collection[ClosureInfo],
    offers: Collection[OfferInfo] = (),
    counters: Collection[CounterInfo] = (),
    state: str = "HE",
) -> OfficeInfo:
    return OfficeInfo(
        id=1, slug="amt", name="Amt", municipality=replace(TOWN, state=state), area=AREA,
        street="Markt 1", postcode="61999", town="Amtal", phone=None, email="amt@amtal.example",
        counter_word="Platz", counter_word_en="counter", slot_minutes=15, hold_minutes=10,
        lead_minutes=60, horizon_days=20, head_start_minutes=30, grace_minutes=10,
        cutoff_minutes=15, recall_limit=3, email_required=False, phone_required=False,
        confirm_by_email=False, example=False, position=0,
        pools=(), offers=tuple(offers), counters=tuple(counters), rules=tuple(rules),
        closures=tuple(closures),
    )  # fmt: skip


@cache
def walk(day: date) -> tuple[tuple[datetime, int], ...]:
    """Every minute of a local day in UTC, with the latest minute its wall clock has shown."""
    moment = datetime.combine(day, time(), BERLIN).astimezone(UTC)
    found: list[tuple[datetime, int]] = []
    latest = -1
    while (wall := moment.astimezone(BERLIN)).date() == day:
        latest = max(latest, wall.hour * 60 + wall.minute)
        found.append((moment, latest))
        moment += MINUTE
    return tuple(found)


@cache
def begins(day: date, minute: int) -> datetime:
    """When the wall clock first shows this minute, or is past it."""
    return next(moment for moment, latest in walk(day) if latest >= minute)


def is_in_force(rule: RuleInfo, day: date) -> bool:
    if day.weekday() not in rule.weekdays or not is_in_week(rule, day):
        return False
    if day < (rule.valid_from or date.min) or day > (rule.valid_to or date.max):
        return False
    same = [each for each in month_of(day) if each.weekday() == day.weekday()]
    kept = [same[number - 1] for number in rule.nth if 0 < number <= len(same)]
    return not rule.nth or day in kept or (-1 in rule.nth and day == same[-1])


def is_in_week(rule: RuleInfo, day: date) -> bool:
    """Step from the first week by n weeks and see whether the day's week is met."""
    if rule.valid_from is None or rule.every_weeks == 1:
        return True
    met = rule.valid_from
    while met.isocalendar()[:2] < day.isocalendar()[:2]:
        met += 7 * rule.every_weeks * DAY
    return met.isocalendar()[:2] == day.isocalendar()[:2]


def month_of(day: date) -> Iterator[date]:
    each = day.replace(day=1)
    while each.month == day.month:
        yield each
        each += DAY


def easter_of(year: int) -> date:
    """Easter Sunday is two days after Good Friday, which is a holiday everywhere."""
    return next(day for day, name in HESSE.items() if day.year == year and name == "Karfreitag") + (
        2 * DAY
    )


def is_closed(closure: ClosureInfo, free_days: Collection[date], day: date) -> bool:
    if closure.kind == "bridge":
        before, after = day - DAY, day + DAY
        friday = day.weekday() == 4 and before in free_days
        monday = day.weekday() == 0 and after in free_days
        return day not in free_days and (friday or monday)
    if closure.first_day is not None and closure.last_day is not None:
        return closure.first_day <= day <= closure.last_day
    return any(begins_on(closure, day - ago * DAY) for ago in range(closure.days))


def begins_on(closure: ClosureInfo, day: date) -> bool:
    if closure.kind == "each_year":
        return (day.month, day.day) == (closure.month, closure.month_day)
    return day == easter_of(day.year) + (closure.easter_offset or 0) * DAY


def rules_of(office: OfficeInfo, day: date) -> list[RuleInfo]:
    rules = [rule for rule in office.rules if is_in_force(rule, day)]
    return [rule for rule in rules if rule.special] or rules


def open_minutes(office: OfficeInfo, rule: RuleInfo, day: date) -> list[datetime]:
    """The minutes in which one rule of the day is open."""
    free_days = holidays_of(office.municipality.state)
    if not rule.special and day in free_days:
        return []
    closed = [one for one in office.closures if not rule.special and is_closed(one, free_days, day)]
    shut = [*rule.breaks, *((one.from_minute, one.to_minute) for one in closed)]
    return [
        moment
        for moment, latest in walk(day)
        if rule.from_minute <= latest < rule.to_minute
        and not any(first <= latest < last for first, last in shut)
    ]


def is_for(rule: RuleInfo, offers: Collection[int]) -> bool:
    return rule.offers is None or all(offer in rule.offers for offer in offers)


def walk_in_minutes(office: OfficeInfo, day: date, offers: Collection[int]) -> set[datetime]:
    return {
        moment
        for rule in rules_of(office, day)
        if rule.mode != "appointment" and is_for(rule, offers)
        for moment in open_minutes(office, rule, day)
    }


def offer_with(number: int, minutes: int, further: int, pools: Collection[int]) -> OfferInfo:
    service = ServiceInfo(
        number, f"anliegen-{number}", {}, "document", "home", None, None, False, 0
    )
    return OfferInfo(
        id=number, office_id=1, service=service, minutes=minutes, further_minutes=further,
        max_count=5, letter="A", walk_in=True, bookable=True, online_only=False, staff_only=False,
        channels=("on_site",), video_url=None, pools=frozenset(pools), residents=frozenset(),
        position=number,
    )  # fmt: skip


def counter_for(offers: Collection[OfferInfo]) -> CounterInfo:
    can = frozenset(offer.id for offer in offers)
    return CounterInfo(
        1, "platz-1", 1, "1", "Platz", "counter", None, None, "none", True, can, 0
    )  # fmt: skip


def minutes_of(visit: Collection[tuple[OfferInfo, int]]) -> int:
    """One person after the other: the first of each service takes its time, the others theirs."""
    return sum(
        offer.further_minutes if person else offer.minutes
        for offer, persons in visit
        for person in range(persons)
    )


def offered(
    office: OfficeInfo,
    day: date,
    offers: Collection[int],
    minutes: int,
    now: datetime,
    *,
    public: bool,
) -> dict[datetime, list[datetime]]:
    """Every start that may be booked if there is room, with the minutes of the visit.

    The visit has to lie in hours that are for all of these services.
    """
    booked = [
        (rule, dict.fromkeys(open_minutes(office, rule, day))) for rule in booked_on(office, day)
    ]
    for_these = {m for rule, opened in booked if is_for(rule, offers) for m in opened}
    found: dict[datetime, list[datetime]] = {}
    for rule, opened in booked:
        for moment in opened if is_for(rule, offers) else ():
            visit = [moment + number * MINUTE for number in range(-(-minutes // 5) * 5)]
            if is_offered(office, rule, day, moment, now, public=public) and for_these >= {*visit}:
                found[moment] = visit
    return found


def starts(
    office: OfficeInfo,
    day: date,
    offers: Collection[int],
    pools: Collection[int],
    minutes: int,
    taken: Taken,
    now: datetime,
    *,
    public: bool,
) -> dict[datetime, int]:
    """Every start that can be booked, with how many such visits fit there."""
    booked = [
        (rule, dict.fromkeys(open_minutes(office, rule, day))) for rule in booked_on(office, day)
    ]
    room = places_left(booked, day, pools, taken, now, public=public)
    possible = offered(office, day, offers, minutes, now, public=public)
    fits = {start: min(room[moment] for moment in visit) for start, visit in possible.items()}
    return {start: visits for start, visits in fits.items() if visits}


def booked_on(office: OfficeInfo, day: date) -> list[RuleInfo]:
    return [rule for rule in rules_of(office, day) if rule.mode != "walk_in"]


def is_offered(
    office: OfficeInfo, rule: RuleInfo, day: date, start: datetime, now: datetime, *, public: bool
) -> bool:
    elapsed = start - begins(day, rule.from_minute)
    if elapsed % timedelta(minutes=rule.slot_minutes or office.slot_minutes):
        return False
    if not public:
        return start >= now
    ahead = office.horizon_days if rule.horizon_days is None else rule.horizon_days
    opens = begins(day - ahead * DAY, rule.from_minute)
    return opens <= now <= start - timedelta(minutes=rule.lead_minutes)


def places_left(
    booked: Collection[Hours],
    day: date,
    pools: Collection[int],
    taken: Taken,
    now: datetime,
    *,
    public: bool,
) -> dict[datetime, int]:
    """In each minute how many more fit in all the pools."""
    found: dict[datetime, int] = {}
    for moment, _ in walk(day):
        cell = int(moment.timestamp()) // 300
        found[moment] = min(
            left(
                sizes(booked, day, pool, moment, now),
                taken.get(pool, {}).get(cell, set()),
                public=public,
            )
            for pool in pools
        )
    return found


def sizes(
    booked: Collection[Hours],
    day: date,
    pool: int,
    moment: datetime,
    now: datetime,
) -> tuple[int, int]:
    """The largest numbers that any rule gives the pool in this minute."""
    publics, totals = [0], [0]
    for rule, opened in booked:
        if pool in rule.places and moment in opened:
            public, total = rule.places[pool]
            release = begins(day, rule.from_minute) - timedelta(hours=rule.release_hours or 0)
            publics.append(public - (rule.held_back.get(pool, 0) if now < release else 0))
            totals.append(total)
    return max(publics), max(totals)


def left(size: tuple[int, int], numbers: set[int], *, public: bool) -> int:
    of_all = size[1] - len(numbers)
    of_public = size[0] - len([number for number in numbers if number <= size[0]])
    return max(0, min(of_all, of_public) if public else of_all)
