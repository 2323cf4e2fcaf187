"""Opening rules and closures as rows. They have no name: what they say is what they are.

A rule that says the same as before keeps its row, any other difference replaces it.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping

from sqlalchemy import Connection, delete, insert, select

from . import models
from .checks import MAIN_POOL
from .entries import ClosureEntry, OpeningEntry
from .entry_fields import WEEKDAYS
from .files import MasterData
from .writing import Key, table_of

_RULE = table_of(models.OpeningRule)
_PLACES = table_of(models.OpeningRulePool)
_CLOSURE = table_of(models.Closure)


def write_rules(
    conn: Connection, data: MasterData, offices: Mapping[str, int], pools: Mapping[Key, int]
) -> None:
    """Make the opening rules of all offices those of the entries."""
    wanted = {
        _wanted_rule(rule, offices[office.entry.slug], pools)
        for office in data.offices
        for rule in office.entry.opening
    }
    present = _present_rules(conn)
    for rule in present.keys() - wanted:
        conn.execute(delete(_PLACES).where(_PLACES.c.rule_id == present[rule]))
        conn.execute(delete(_RULE).where(_RULE.c.id == present[rule]))
    for rule in sorted(wanted - present.keys(), key=repr):
        columns, places = rule
        row = dict(columns)
        rule_id = conn.execute(insert(_RULE).values(row).returning(_RULE.c.id)).scalar_one()
        for pool_id, public, total in places:
            conn.execute(
                insert(_PLACES).values(
                    rule_id=rule_id, pool_id=pool_id, public_places=public, total_places=total
                )
            )


Columns = tuple[tuple[str, object], ...]
Rule = tuple[Columns, frozenset[tuple[int, int, int]]]


def _wanted_rule(rule: OpeningEntry, office_id: int, pools: Mapping[Key, int]) -> Rule:
    columns: dict[str, object] = {
        "office_id": office_id,
        "weekdays": tuple(sorted(WEEKDAYS.index(day) for day in rule.days)),
        "from_minute": rule.start,
        "to_minute": rule.end,
        "valid_from": rule.valid_from,
        "valid_to": rule.valid_to,
        "mode": rule.mode,
        "special": rule.special,
        "lead_minutes": rule.lead_minutes,
    }
    places = dict(rule.pools)
    if rule.places is not None:
        places[MAIN_POOL] = rule.places
    return tuple(columns.items()), frozenset(
        (pools[office_id, slug], size.public, size.total) for slug, size in places.items()
    )


def _present_rules(conn: Connection) -> dict[Rule, int]:
    places: dict[int, set[tuple[int, int, int]]] = defaultdict(set)
    for row in conn.execute(select(_PLACES)):
        places[row.rule_id].add((row.pool_id, row.public_places, row.total_places))
    names = [column.name for column in _RULE.columns if column.name != "id"]
    found: dict[Rule, int] = {}
    for row in conn.execute(select(_RULE)).mappings():
        values = {**row, "weekdays": tuple(sorted(row["weekdays"]))}
        columns = tuple((name, values[name]) for name in names)
        found[columns, frozenset(places[row["id"]])] = row["id"]
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


def _closure(closure: ClosureEntry, office_id: int | None, town_id: int | None) -> Columns:
    return (
        ("office_id", office_id),
        ("municipality_id", town_id),
        ("first_day", closure.first_day),
        ("last_day", closure.until),
        ("reason", closure.reason),
        ("reason_en", closure.reason_en),
    )
