"""Statements of learning: stretches of service, forecasts given, and what was learned of them.

Nothing here knows who served: a stretch is read with its office, never with its counter.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Row, Table, and_, bindparam, delete, func, insert, select, update
from sqlmodel import SQLModel

from ...core.driver import Raw
from ...core.tx import Tx
from .. import models as _models  # noqa: F401  (the tables)
from .learned import DurationRow, Learned, RangeRow, believed_factor, believed_quantiles
from .rules import Scored, Stretch

_tables = SQLModel.metadata.tables
learned_duration: Table = _tables["learned_duration"]
learned_range: Table = _tables["learned_range"]
forecast_given: Table = _tables["forecast_given"]
_d, _r, _f = learned_duration.c, learned_range.c, forecast_given.c
_offer, _ticket, _step = _tables["offer"].c, _tables["ticket"].c, _tables["ticket_step"].c
_service, _call, _counter = _tables["ticket_service"].c, _tables["call"].c, _tables["counter"].c

_DURATIONS = (
    select(_d.offer_id, _d.factor, _d.weight, _d.minutes, _d.day, _offer.minutes.label("planned"))
    .join_from(learned_duration, _offer.id.table, _offer.id == _d.offer_id)
    .where(_offer.office_id == bindparam("office_id"))
)
_RANGES = select(_r.office_id, _r.bin, _r.low, _r.mid, _r.high, _r.observations)

# By waiting area and day, which is an index: a ticket may have been sent on to another office.
_of_day = and_(_ticket.area_id == bindparam("area_id"), _ticket.day == bindparam("day"))
_STRETCHES = (
    select(
        _step.id,
        _step.started_at,
        _step.ended_at,
        _service.offer_id,
        func.coalesce(_service.rendered, _service["count"]).label("done"),
    )
    .join_from(_ticket.id.table, _step.id.table, _step.ticket_id == _ticket.id)
    .join(_counter.id.table, _counter.id == _step.counter_id)
    .join(_service.id.table, _service.step_id == _step.id)
    .where(
        _of_day,
        _counter.office_id == bindparam("office_id"),
        _step.ended_at.is_not(None),
        _step.system_closed.is_(False),
    )
    .order_by(_step.id, _service.position)
)
_FIRST_CALLS = (
    select(_f.ticket_id, _f.at, func.min(_call.at).label("called_at"))
    .join_from(_ticket.id.table, forecast_given, _f.ticket_id == _ticket.id)
    .join(_call.id.table, _call.ticket_id == _f.ticket_id)
    .where(_of_day, _f.office_id == bindparam("office_id"), _f.called_after.is_(None))
    .group_by(_f.ticket_id, _f.at)
)
_SCORE = (
    update(forecast_given)
    .where(_f.ticket_id == bindparam("of_ticket"))
    .values(called_after=bindparam("after"))
)
_between = and_(
    _ticket.area_id == bindparam("area_id"),
    _ticket.day >= bindparam("first"),
    _ticket.day <= bindparam("last"),
    _f.office_id == bindparam("office_id"),
)
_given = select(_f.minutes, _f.low_minutes, _f.high_minutes, _f.called_after).join_from(
    _ticket.id.table, forecast_given, _f.ticket_id == _ticket.id
)
# Who asked for later waited longer than was foretold, and "more than" has no range to learn from.
_SCORED = _given.where(
    _between, _f.called_after.is_not(None), _f.high_minutes.is_not(None), _ticket.delays == 0
)
_GIVEN = _given.where(_between)

_LAST_DAY = select(
    select(func.max(_d.day))
    .join_from(learned_duration, _offer.id.table, _offer.id == _d.offer_id)
    .where(_offer.office_id == bindparam("office_id"))
    .scalar_subquery(),
    select(func.max(_r.day)).where(_r.office_id == bindparam("office_id")).scalar_subquery(),
)
_office_day = and_(_ticket.office_id == bindparam("office_id"), _ticket.day < bindparam("before"))
_DAYS = select(_ticket.day).where(_office_day).distinct()
_DAYS_AFTER = _DAYS.where(_ticket.day > bindparam("after")).order_by(_ticket.day)
_LAST_DAYS = _DAYS.order_by(_ticket.day.desc()).limit(bindparam("most"))

_INSERT_DURATIONS = insert(learned_duration)
_INSERT_RANGES = insert(learned_range)
_DELETE_RANGES = delete(learned_range).where(_r.office_id == bindparam("of_office"))
_DELETE_DURATION = delete(learned_duration).where(_d.offer_id == bindparam("of_offer"))
# Who is told again after having left was told once: the first figure is the one that counts.
_KEEP = Raw(
    "INSERT INTO forecast_given (ticket_id, office_id, at, minutes, low_minutes, high_minutes,"
    " ahead) VALUES (:ticket_id, :office_id, :at, :minutes, :low_minutes, :high_minutes, :ahead)"
    " ON CONFLICT (ticket_id) DO NOTHING"
)


@dataclass(frozen=True, slots=True)
class Place:
    """Whose days are read: an office and the waiting area it is in."""

    office_id: int
    area_id: int


def load_learned(conn: Connection, office_id: int) -> Learned:
    """What is believed of an office's durations, and of how far its forecasts are off."""
    rows = conn.execute(_DURATIONS, {"office_id": office_id})
    factors = {row.offer_id: believed_factor(_duration(row), row.planned) for row in rows}
    ranges = [RangeRow(*row) for row in conn.execute(_RANGES)]
    return Learned(factors, believed_quantiles(office_id, ranges))


def load_durations(conn: Connection, office_id: int) -> dict[int, DurationRow]:
    """What was observed of each offer of an office."""
    rows = conn.execute(_DURATIONS, {"office_id": office_id})
    return {row.offer_id: _duration(row) for row in rows}


def save_durations(conn: Connection, rows: Iterable[DurationRow]) -> None:
    for row in rows:
        conn.execute(_DELETE_DURATION, {"of_offer": row.offer_id})
        conn.execute(_INSERT_DURATIONS, {name: getattr(row, name) for name in row.__slots__})


def save_ranges(conn: Connection, office_id: int, rows: Sequence[RangeRow], day: date) -> None:
    """In place of what the office had."""
    conn.execute(_DELETE_RANGES, {"of_office": office_id})
    for row in rows:
        values = {name: getattr(row, name) for name in row.__slots__}
        conn.execute(_INSERT_RANGES, values | {"day": day})


def find_last_day(conn: Connection, office_id: int) -> date | None:
    """The last day the office learned from."""
    days = conn.execute(_LAST_DAY, {"office_id": office_id}).one()
    return max((day for day in days if day is not None), default=None)


def load_days_after(conn: Connection, office_id: int, after: date, before: date) -> list[date]:
    """The days between these two, both left out, on which the office had tickets."""
    values = {"office_id": office_id, "after": after, "before": before}
    return list(conn.execute(_DAYS_AFTER, values).scalars())


def find_first_day(conn: Connection, office_id: int, before: date, most: int) -> date:
    """The first of the last so many days on which the office had tickets."""
    values = {"office_id": office_id, "before": before, "most": most}
    return min(conn.execute(_LAST_DAYS, values).scalars(), default=before)


def load_stretches(conn: Connection, place: Place, day: date) -> list[Stretch]:
    """What was done at the office's counters on a day, as far as it is known how long it took."""
    done: dict[int, list[tuple[int, int]]] = {}
    lasted: dict[int, float] = {}
    for row in conn.execute(_STRETCHES, _values(place, day=day)):
        if row.done > 0:
            done.setdefault(row.id, []).append((row.offer_id, row.done))
            lasted[row.id] = _minutes(row.started_at, row.ended_at)
    return [Stretch(lasted[step], tuple(services)) for step, services in done.items()]


def score_forecasts(conn: Connection, place: Place, day: date) -> int:
    """Write down when those who were told something on a day were called first; how many were.

    Who left or was not served has no call and keeps no score.
    """
    found = conn.execute(_FIRST_CALLS, _values(place, day=day)).all()
    scores = [
        {"of_ticket": row.ticket_id, "after": _minutes(row.at, row.called_at)} for row in found
    ]
    if scores:
        conn.execute(_SCORE, scores)
    return len(scores)


def load_scored(conn: Connection, place: Place, first: date, last: date) -> list[Scored]:
    """Forecasts of these days whose end is known, and from which a range can be learned."""
    rows = conn.execute(_SCORED, _values(place, first=first, last=last))
    return [Scored(row.minutes, row.called_after) for row in rows]


@dataclass(frozen=True, slots=True)
class Accuracy:
    """Forecasts given, how many of their holders were called, and how many within the range."""

    given: int
    called: int
    held: int


def count_accuracy(conn: Connection, place: Place, first: date, last: date) -> Accuracy:
    """How honest the office was in these days. Who left counts as given, never as held."""
    rows = conn.execute(_GIVEN, _values(place, first=first, last=last)).all()
    called = [row for row in rows if row.called_after is not None]
    return Accuracy(len(rows), len(called), sum(_is_held(row) for row in called))


def keep_forecast(
    tx: Tx,
    ticket_id: int,
    office_id: int,
    *,
    at: datetime,
    minutes: float,
    shown: tuple[int, int | None],
    ahead: int,
) -> None:
    """Keep what somebody was told; `shown` is the range in minutes, its end None for "more"."""
    values = {
        "ticket_id": ticket_id,
        "office_id": office_id,
        "at": at,
        "minutes": round(minutes, 2),
        "low_minutes": shown[0],
        "high_minutes": shown[1],
        "ahead": ahead,
    }
    tx.write_last(_KEEP, values)


def _is_held(row: Row[*tuple[Any, ...]]) -> bool:
    high = row.high_minutes
    return row.low_minutes <= row.called_after and (high is None or row.called_after <= high)


def _duration(row: Row[*tuple[Any, ...]]) -> DurationRow:
    return DurationRow(row.offer_id, row.factor, row.weight, row.minutes, row.day)


def _values(place: Place, **more: object) -> Mapping[str, object]:
    return {"office_id": place.office_id, "area_id": place.area_id, **more}


def _minutes(begin: datetime, end: datetime) -> float:
    return (end - begin).total_seconds() / 60.0
