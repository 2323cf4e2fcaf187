"""All SQL on opening rules and closures as what they say. Nothing here decides anything.

Readers of the directory use `office/store.py`; the history of changes stands in `history.py`.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, cast

from sqlalchemy import (
    ColumnElement,
    Connection,
    RowMapping,
    Select,
    Table,
    delete,
    insert,
    or_,
    select,
)

from .. import models
from ..files.entry_fields import WEEKDAYS
from ..files.entry_hours import ClosureEntry, OpeningEntry
from ..files.writing import table_of
from ..infos import OfficeInfo
from . import models as hours_models
from .closures import MinuteRange
from .dates import LAST
from .said import Said, clock, days_of, read_closure, recall_rule

MAIN = "main"

_RULE = table_of(hours_models.OpeningRule)
_POOL = table_of(hours_models.OpeningRulePool)
_OFFER = table_of(hours_models.OpeningRuleOffer)
_BREAK = table_of(hours_models.OpeningRuleBreak)
_CLOSURE = table_of(hours_models.Closure)
_CHANGE = table_of(hours_models.HoursChange)
_FILE = table_of(hours_models.FileHours)
_OWNED = (_CLOSURE, _CHANGE, _FILE)

# What hangs on rules, with the words for it.
_names = table_of(models.Pool)
_offer = table_of(models.Offer)
_service = table_of(models.Service)
_POOLS = (
    select(_POOL, _names.c.slug, _names.c.main)
    .join(_names, _names.c.id == _POOL.c.pool_id)
    .order_by(_POOL.c.rule_id, _POOL.c.pool_id)
)
_OFFERS = (
    select(_OFFER, _service.c.slug)
    .join(_offer, _offer.c.id == _OFFER.c.offer_id)
    .join(_service, _service.c.id == _offer.c.service_id)
    .order_by(_OFFER.c.rule_id, _service.c.slug)
)
_BREAKS = select(_BREAK).order_by(_BREAK.c.rule_id, _BREAK.c.from_minute)

Row = RowMapping


@dataclass(frozen=True, slots=True)
class Whose:
    """An office, or a municipality with all its offices."""

    office_id: int | None = None
    municipality_id: int | None = None


@dataclass(frozen=True, slots=True)
class Names:
    """The ids behind the words of a rule: pools and offers of one office by slug."""

    pools: Mapping[str, int]
    offers: Mapping[str, int]


def names_of(office: OfficeInfo) -> Names:
    return Names(
        {MAIN if pool.main else pool.slug: pool.id for pool in office.pools},
        {offer.service.slug: offer.id for offer in office.offers},
    )


def read_rules(conn: Connection, office_id: int) -> dict[int, OpeningEntry]:
    """What each rule of an office says, by its id."""
    mine = select(_RULE).where(_RULE.c.office_id == office_id).order_by(_RULE.c.id)
    rows: dict[int, Row] = {row["id"]: row for row in conn.execute(mine).mappings()}
    pools, offers, breaks = (_parts(conn, query, rows) for query in (_POOLS, _OFFERS, _BREAKS))
    found: dict[int, OpeningEntry] = {}
    for rule_id, row in rows.items():
        said = _said_rule(row)
        for part in pools[rule_id]:
            _say_pool(said, part)
        if offers[rule_id]:
            said["services"] = [part["slug"] for part in offers[rule_id]]
        said["breaks"] = _said_breaks(
            (part["from_minute"], part["to_minute"]) for part in breaks[rule_id]
        )
        found[rule_id] = recall_rule(said)
    return found


def insert_rule(conn: Connection, office_id: int, names: Names, rule: OpeningEntry) -> int:
    """Write a rule with all that hangs on it; returns its id."""
    row = {
        "office_id": office_id,
        "weekdays": sorted(WEEKDAYS.index(day) for day in rule.days),
        "from_minute": rule.start,
        "to_minute": rule.end,
        "valid_from": rule.valid_from,
        "valid_to": rule.valid_to,
        "every_weeks": rule.every_weeks,
        "nth": list(rule.nth_numbers),
        "mode": rule.mode,
        "special": rule.special,
        "slot_minutes": rule.slot_minutes,
        "lead_minutes": rule.lead_minutes,
        "horizon_days": rule.horizon_days,
        "release_hours": rule.release_hours,
    }
    rule_id = conn.execute(insert(_RULE).values(row).returning(_RULE.c.id)).scalar_one()
    places = dict(rule.pools) if rule.places is None else {**rule.pools, MAIN: rule.places}
    _insert_parts(
        conn,
        _POOL,
        [
            {
                "rule_id": rule_id,
                "pool_id": names.pools[slug],
                "public_places": size.public,
                "total_places": size.total,
                "held_back_places": size.held_back,
            }
            for slug, size in sorted(places.items())
        ],
    )
    offers = sorted({names.offers[slug] for slug in rule.services or ()})
    _insert_parts(conn, _OFFER, [{"rule_id": rule_id, "offer_id": offer} for offer in offers])
    pauses = [
        {"rule_id": rule_id, "from_minute": one.start, "to_minute": one.end} for one in rule.breaks
    ]
    _insert_parts(conn, _BREAK, pauses)
    return rule_id


def delete_rules(conn: Connection, rule_ids: Collection[int]) -> None:
    for part in (_POOL, _OFFER, _BREAK):
        conn.execute(delete(part).where(part.c.rule_id.in_(rule_ids)))
    conn.execute(delete(_RULE).where(_RULE.c.id.in_(rule_ids)))


def read_closures(conn: Connection, whose: Whose) -> dict[int, ClosureEntry]:
    """What each closure of an office, or of a town, says, by its id."""
    mine = select(_CLOSURE).where(is_of(_CLOSURE, whose)).order_by(_CLOSURE.c.id)
    return {row["id"]: read_closure(_said_closure(row)) for row in conn.execute(mine).mappings()}


def insert_closure(conn: Connection, whose: Whose, closure: ClosureEntry) -> int:
    row = asdict(whose) | asdict(days_of(closure))
    return conn.execute(insert(_CLOSURE).values(row).returning(_CLOSURE.c.id)).scalar_one()


def delete_closures(conn: Connection, closure_ids: Collection[int]) -> None:
    conn.execute(delete(_CLOSURE).where(_CLOSURE.c.id.in_(closure_ids)))


def forget_others(conn: Connection, offices: Collection[int], towns: Collection[int]) -> None:
    """Delete the hours and their history of all other offices and towns: no file names them."""
    gone = select(_RULE.c.id).where(_RULE.c.office_id.not_in(offices))
    delete_rules(conn, list(conn.scalars(gone)))
    for table in _OWNED:
        others = or_(table.c.office_id.not_in(offices), table.c.municipality_id.not_in(towns))
        conn.execute(delete(table).where(others))


def is_of(table: Table[Any], whose: Whose) -> ColumnElement[bool]:
    if whose.office_id is not None:
        return table.c.office_id == whose.office_id
    return table.c.municipality_id == whose.municipality_id


def _parts(
    conn: Connection, query: Select[*tuple[Any, ...]], rule_ids: Collection[int]
) -> defaultdict[int, list[Row]]:
    """What hangs on each of these rules."""
    found: defaultdict[int, list[Row]] = defaultdict(list)
    mine = query.where(query.selected_columns.rule_id.in_(rule_ids))
    for row in conn.execute(mine).mappings():
        found[row["rule_id"]].append(row)
    return found


def _insert_parts(
    conn: Connection, table: Table[Any], rows: Sequence[Mapping[str, object]]
) -> None:
    if rows:
        conn.execute(insert(table), rows)


def _said_rule(row: Row) -> Said:
    """A rule's own columns; pools, services and breaks hang on it."""
    same = ("mode", "every_weeks", "special", "slot_minutes", "lead_minutes", "horizon_days")
    return {
        "days": [WEEKDAYS[number] for number in row["weekdays"]],
        "from": clock(row["from_minute"]),
        "to": clock(row["to_minute"]),
        "valid_from": row["valid_from"],
        "valid_to": row["valid_to"],
        "nth": ["last" if number == LAST else number for number in row["nth"]],
        "release_hours": row["release_hours"],
        **{name: row[name] for name in same},
    }


def _say_pool(said: Said, part: Row) -> None:
    size = {
        "public": part["public_places"],
        "total": part["total_places"],
        "held_back": part["held_back_places"],
    }
    if part["main"]:
        said["places"] = size
    else:
        pools = cast("dict[str, object]", said.get("pools", {}))
        said["pools"] = {**pools, part["slug"]: size}


def _said_breaks(breaks: Iterable[MinuteRange]) -> list[Said]:
    return [{"from": clock(start), "to": clock(end)} for start, end in sorted(breaks)]


def _said_closure(row: Row) -> Said:
    said: Said = {"reason": row["reason"], "reason_en": row["reason_en"], "days": row["days"]}
    said |= {"from": clock(row["from_minute"]), "to": clock(row["to_minute"])}
    if row["kind"] == "once":
        return said | {"first_day": row["first_day"], "last_day": row["last_day"]}
    if row["kind"] == "each_year":
        return said | {"each_year": f"{row['month_day']:02}.{row['month']:02}."}
    if row["kind"] == "easter":
        return said | {"easter": row["easter_offset"]}
    return said | {"bridge_days": True}
