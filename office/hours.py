"""Opening rules and closures as rows. They have no name: what they say is what they are.

A rule that says the same as before keeps its row, any other difference replaces it.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, cast

from sqlalchemy import Connection, Table, delete, insert, select

from . import hours_models
from .checks import MAIN_POOL
from .entry_fields import WEEKDAYS
from .entry_hours import ClosureEntry, OpeningEntry
from .files import MasterData
from .usual_closures import USUAL, UsualClosure
from .writing import Key, table_of

_RULE = table_of(hours_models.OpeningRule)
_CLOSURE = table_of(hours_models.Closure)

# What hangs on a rule: the table, and the columns beside rule_id that say something.
_PARTS: tuple[tuple[Table[Any], tuple[str, ...]], ...] = (
    (
        table_of(hours_models.OpeningRulePool),
        ("pool_id", "public_places", "total_places", "held_back_places"),
    ),
    (table_of(hours_models.OpeningRuleOffer), ("offer_id",)),
    (table_of(hours_models.OpeningRuleBreak), ("from_minute", "to_minute")),
)
_LISTS = ("weekdays", "nth")

Columns = tuple[tuple[str, object], ...]
Part = frozenset[tuple[int, ...]]


@dataclass(frozen=True)
class _Rule:
    """A rule by all it says: its columns, and the rows that hang on it, in the order of _PARTS."""

    columns: Columns
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class RuleIds:
    """The ids that opening rules refer to, by slug; pools and offers by office id and slug."""

    offices: Mapping[str, int]
    pools: Mapping[Key, int]
    offers: Mapping[Key, int]


def write_rules(conn: Connection, data: MasterData, ids: RuleIds) -> None:
    """Make the opening rules of all offices those of the entries."""
    wanted = {
        _wanted_rule(rule, ids.offices[office.entry.slug], ids)
        for office in data.offices
        for rule in office.entry.opening
    }
    present = _present_rules(conn)
    for rule in present.keys() - wanted:
        for table, _ in _PARTS:
            conn.execute(delete(table).where(table.c.rule_id == present[rule]))
        conn.execute(delete(_RULE).where(_RULE.c.id == present[rule]))
    for rule in sorted(wanted - present.keys(), key=repr):
        _insert_rule(conn, rule)


def _insert_rule(conn: Connection, rule: _Rule) -> None:
    row = dict(rule.columns)
    rule_id = conn.execute(insert(_RULE).values(row).returning(_RULE.c.id)).scalar_one()
    for (table, names), part in zip(_PARTS, rule.parts, strict=True):
        for values in sorted(part):
            columns = dict(zip(names, values, strict=True))
            conn.execute(insert(table).values(rule_id=rule_id, **columns))


def _wanted_rule(rule: OpeningEntry, office_id: int, ids: RuleIds) -> _Rule:
    columns: dict[str, object] = {
        "office_id": office_id,
        "weekdays": tuple(sorted(WEEKDAYS.index(day) for day in rule.days)),
        "from_minute": rule.start,
        "to_minute": rule.end,
        "valid_from": rule.valid_from,
        "valid_to": rule.valid_to,
        "every_weeks": rule.every_weeks,
        "nth": rule.nth_numbers,
        "mode": rule.mode,
        "special": rule.special,
        "slot_minutes": rule.slot_minutes,
        "lead_minutes": rule.lead_minutes,
        "horizon_days": rule.horizon_days,
        "release_hours": rule.release_hours,
    }
    places = dict(rule.pools)
    if rule.places is not None:
        places[MAIN_POOL] = rule.places
    parts = (
        frozenset(
            (ids.pools[office_id, slug], size.public, size.total, size.held_back)
            for slug, size in places.items()
        ),
        frozenset((ids.offers[office_id, slug],) for slug in rule.services or ()),
        frozenset((one.start, one.end) for one in rule.breaks),
    )
    return _Rule(tuple(columns.items()), parts)


def _present_rules(conn: Connection) -> dict[_Rule, int]:
    parts = [_present_part(conn, table, names) for table, names in _PARTS]
    names = [column.name for column in _RULE.columns if column.name != "id"]
    found: dict[_Rule, int] = {}
    for row in conn.execute(select(_RULE)).mappings():
        values = {**row, **{name: tuple(sorted(row[name])) for name in _LISTS}}
        columns = tuple((name, values[name]) for name in names)
        found[_Rule(columns, tuple(frozenset(part[row["id"]]) for part in parts))] = row["id"]
    return found


def _present_part(
    conn: Connection, table: Table[Any], names: tuple[str, ...]
) -> dict[int, set[tuple[int, ...]]]:
    """What hangs on each rule, by its id."""
    found: dict[int, set[tuple[int, ...]]] = defaultdict(set)
    for row in conn.execute(select(table)).mappings():
        found[row["rule_id"]].add(tuple(cast("int", row[name]) for name in names))
    return found


def write_closures(
    conn: Connection, data: MasterData, towns: Mapping[str, int], offices: Mapping[str, int]
) -> None:
    """Make the closures of municipalities and offices those of the entries."""
    wanted = set(_wanted_closures(data, towns, offices))
    names = [column.name for column in _CLOSURE.columns if column.name != "id"]
    present = {
        tuple((name, row[name]) for name in names): row["id"]
        for row in conn.execute(select(_CLOSURE)).mappings()
    }
    for closure in present.keys() - wanted:
        conn.execute(delete(_CLOSURE).where(_CLOSURE.c.id == present[closure]))
    for closure in sorted(wanted - present.keys(), key=repr):
        conn.execute(insert(_CLOSURE).values(dict(closure)))


def _wanted_closures(
    data: MasterData, towns: Mapping[str, int], offices: Mapping[str, int]
) -> Iterator[Columns]:
    for town in data.municipalities:
        for closure in town.entry.closures:
            yield _closure(closure, None, towns[town.entry.slug])
    for office in data.offices:
        for closure in office.entry.closures:
            yield _closure(closure, offices[office.entry.slug], None)


# What a closure that is none of the usual ones takes from them.
_NOTHING_USUAL = UsualClosure("", "")


def _closure(entry: ClosureEntry, office_id: int | None, town_id: int | None) -> Columns:
    usual = USUAL[entry.usual] if entry.usual else _NOTHING_USUAL
    month, month_day = entry.each_year or usual.month_and_day or (None, None)
    easter = usual.easter if entry.easter is None else entry.easter
    return (
        ("office_id", office_id),
        ("municipality_id", town_id),
        ("kind", _kind(entry, usual)),
        ("first_day", entry.first_day),
        ("last_day", entry.until),
        ("month", month),
        ("month_day", month_day),
        ("easter_offset", easter),
        ("days", entry.days),
        ("from_minute", usual.from_minute if entry.start is None else entry.start),
        ("to_minute", 1440 if entry.end is None else entry.end),
        ("reason", entry.reason or usual.reason),
        ("reason_en", entry.reason_en or (None if entry.reason else usual.reason_en or None)),
    )


def _kind(entry: ClosureEntry, usual: UsualClosure) -> str:
    if entry.first_day is not None:
        return "once"
    if entry.bridge_days or usual.bridge:
        return "bridge"
    return "easter" if entry.easter is not None or usual.easter is not None else "each_year"
