"""All SQL that reads the master data. What writes it stands in `files/writing.py`."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar, cast

from sqlalchemy import Connection, inspect, select
from sqlmodel import SQLModel

from ..core.driver import Raw
from ..core.prepared import Prepared
from . import models
from .devices.screen_settings import ScreenSettings
from .hours import models as hours_models
from .infos import (
    AreaInfo,
    ClosureInfo,
    CounterInfo,
    DeviceInfo,
    DocumentInfo,
    MunicipalityInfo,
    OfferInfo,
    OfficeInfo,
    PoolInfo,
    QuestionInfo,
    RuleInfo,
    ServiceInfo,
    ServiceWords,
)

# Statements are made once for each table; there is a fixed number of tables.
_EVERY: dict[type[SQLModel], tuple[tuple[str, ...], Prepared]] = {}
# A row as it is read; its values become the fields of the same names.
Row = dict[str, Any]

VERSION_NOW = "SELECT version FROM directory_version"
_VERSION = Raw(VERSION_NOW)


class _Placed(Protocol):
    @property
    def id(self) -> int: ...
    @property
    def position(self) -> int: ...


P = TypeVar("P", bound=_Placed)


@dataclass(frozen=True, slots=True)
class Entries:
    """Everything the directory is made of, each in the order it is shown in."""

    municipalities: tuple[MunicipalityInfo, ...]
    areas: tuple[AreaInfo, ...]
    services: tuple[ServiceInfo, ...]
    offices: tuple[OfficeInfo, ...]
    devices: tuple[DeviceInfo, ...]


def read_version(conn: Connection) -> int:
    """The version of the master data; 0 before anything was loaded."""
    row = _VERSION.run(conn, {})
    return cast("int", row[0]) if row else 0


def read_entries(conn: Connection) -> Entries:
    """Read the whole master data: sixteen statements, some hundred rows."""
    municipalities = {row["id"]: _municipality(row) for row in _rows(conn, models.Municipality)}
    areas = {row["id"]: AreaInfo(**row) for row in _rows(conn, models.WaitingArea)}
    services = {row["id"]: _service(row) for row in _rows(conn, models.Service)}
    devices = _rows(conn, models.Device, without={"said"})
    return Entries(
        municipalities=_sorted(municipalities.values()),
        areas=tuple(areas.values()),
        services=_sorted(services.values()),
        offices=_sorted(_read_offices(conn, municipalities, areas, services)),
        devices=tuple(_device(row) for row in devices if row.pop("revoked_at") is None),
    )


def device_rows(conn: Connection) -> dict[str, dict[str, Any]]:
    """The rows of all devices by slug, revoked ones too."""
    return {row["slug"]: row for row in _rows(conn, models.Device)}


def _device(row: dict[str, Any]) -> DeviceInfo:
    row["screen"] = ScreenSettings.model_validate(row["screen"])
    row["set_up"] = row.pop("token_hash") is not None
    return DeviceInfo(**row)


def _read_offices(
    conn: Connection,
    municipalities: Mapping[int, MunicipalityInfo],
    areas: Mapping[int, AreaInfo],
    services: Mapping[int, ServiceInfo],
) -> Iterator[OfficeInfo]:
    rows = {row["id"]: row for row in _rows(conn, models.Office)}
    pools = _read_pools(conn)
    offers = _read_offers(conn, services, pools)
    counters = _read_counters(conn, rows)
    rules = _read_rules(conn, rows)
    closures = _rows(conn, hours_models.Closure, without={"id"})
    for office_id, row in rows.items():
        town = municipalities[row.pop("municipality_id")]
        area = areas[row.pop("area_id")]
        row["questions"] = tuple(QuestionInfo(**each) for each in row["questions"])
        row["limit_exempt"] = tuple(row["limit_exempt"])
        yield OfficeInfo(
            **row,
            municipality=town,
            area=area,
            pools=tuple(pools[office_id]),
            offers=_sorted(offers[office_id]),
            counters=_sorted(counters[office_id]),
            rules=tuple(rules[office_id]),
            closures=_closures_of(office_id, town.id, closures),
        )


def _read_pools(conn: Connection) -> dict[int, list[PoolInfo]]:
    pools: dict[int, list[PoolInfo]] = defaultdict(list)
    for row in _rows(conn, models.Pool):
        pools[row.pop("office_id")].append(PoolInfo(**row))
    return pools


def _read_offers(
    conn: Connection, services: Mapping[int, ServiceInfo], pools: Mapping[int, list[PoolInfo]]
) -> dict[int, list[OfferInfo]]:
    needed = _pairs(conn, models.OfferPool)
    residents = _pairs(conn, models.OfferResident)
    offers: dict[int, list[OfferInfo]] = defaultdict(list)
    for row in _rows(conn, models.Offer):
        main = {pool.id for pool in pools[row["office_id"]] if pool.main}
        offers[row["office_id"]].append(
            OfferInfo(
                service=services[row.pop("service_id")],
                pools=frozenset(needed[row["id"]] | main),
                residents=frozenset(residents[row["id"]]),
                channels=tuple(row.pop("channels")),
                **row,
            )
        )
    return offers


def _read_counters(conn: Connection, offices: Mapping[int, Row]) -> dict[int, list[CounterInfo]]:
    served = _pairs(conn, models.CounterOffer)
    counters: dict[int, list[CounterInfo]] = defaultdict(list)
    for row in _rows(conn, models.Counter):
        office = offices[row["office_id"]]
        row["word_en"] = row["word_en"] or (row["word"] or office["counter_word_en"])
        row["word"] = row["word"] or office["counter_word"]
        counters[row["office_id"]].append(CounterInfo(**row, offers=frozenset(served[row["id"]])))
    return counters


def _read_rules(conn: Connection, offices: Mapping[int, Row]) -> dict[int, list[RuleInfo]]:
    places: dict[int, dict[int, tuple[int, int]]] = defaultdict(dict)
    held_back: dict[int, dict[int, int]] = defaultdict(dict)
    for row in _rows(conn, hours_models.OpeningRulePool):
        places[row["rule_id"]][row["pool_id"]] = (row["public_places"], row["total_places"])
        if row["held_back_places"]:
            held_back[row["rule_id"]][row["pool_id"]] = row["held_back_places"]
    offers = _pairs(conn, hours_models.OpeningRuleOffer)
    breaks: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for row in _rows(conn, hours_models.OpeningRuleBreak):
        breaks[row["rule_id"]].append((row["from_minute"], row["to_minute"]))
    rules: dict[int, list[RuleInfo]] = defaultdict(list)
    for row in _rows(conn, hours_models.OpeningRule):
        office = offices[row.pop("office_id")]
        row["weekdays"], row["nth"] = frozenset(row["weekdays"]), frozenset(row["nth"])
        if row["lead_minutes"] is None:
            row["lead_minutes"] = office["lead_minutes"]
        number = row["id"]
        rules[office["id"]].append(
            RuleInfo(
                **row,
                places=places[number],
                held_back=held_back[number],
                breaks=tuple(breaks[number]),
                offers=frozenset(offers[number]) or None,
            )
        )
    return rules


def _closures_of(office_id: int, town_id: int, closures: list[Row]) -> tuple[ClosureInfo, ...]:
    whose = {"office_id", "municipality_id"}
    return tuple(
        ClosureInfo(**{name: value for name, value in row.items() if name not in whose})
        for row in closures
        if office_id == row["office_id"] or town_id == row["municipality_id"]
    )


def _municipality(row: Row) -> MunicipalityInfo:
    row["embed_origins"] = tuple(row["embed_origins"])
    return MunicipalityInfo(**row)


def _service(row: Row) -> ServiceInfo:
    words = {language: _words(said) for language, said in row.pop("words").items()}
    return ServiceInfo(words=words, **row)


def _words(said: Row) -> ServiceWords:
    documents = tuple(DocumentInfo(**document) for document in said.pop("documents", ()))
    keywords = tuple(said.pop("keywords", ()))
    return ServiceWords(documents=documents, keywords=keywords, **said)


def _rows(conn: Connection, model: type[SQLModel], *, without: Collection[str] = ()) -> list[Row]:
    """All rows of a table as dictionaries, in the order of its primary key."""
    names, every = _all_of(model)
    rows = [dict(zip(names, row, strict=True)) for row in every.all(conn, {})]
    for name in without:
        for row in rows:
            del row[name]
    return rows


def _pairs(conn: Connection, model: type[SQLModel]) -> defaultdict[int, set[int]]:
    """A link table as left id -> right ids."""
    found: defaultdict[int, set[int]] = defaultdict(set)
    for row in _all_of(model)[1].all(conn, {}):
        left, right = cast("tuple[int, int]", row)
        found[left].add(right)
    return found


def _all_of(model: type[SQLModel]) -> tuple[tuple[str, ...], Prepared]:
    """The columns of a table, and the statement that reads all its rows."""
    if model not in _EVERY:
        table = inspect(model).local_table
        statement = select(table).order_by(*table.primary_key)
        _EVERY[model] = tuple(column.name for column in table.columns), Prepared(statement)
    return _EVERY[model]


def _sorted(entries: Iterable[P]) -> tuple[P, ...]:
    return tuple(sorted(entries, key=lambda entry: (entry.position, entry.id)))
