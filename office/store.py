"""All SQL that reads the master data. What writes it stands in `writing.py`."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol, TypeVar, cast

from sqlalchemy import Connection, inspect, select
from sqlmodel import SQLModel, col

from . import models
from .infos import (
    AreaInfo,
    ClosureInfo,
    CounterInfo,
    DeviceInfo,
    MunicipalityInfo,
    OfferInfo,
    OfficeInfo,
    PoolInfo,
    RuleInfo,
    ServiceInfo,
)

M = TypeVar("M", bound=SQLModel)

_VERSION = select(col(models.DirectoryVersion.version))


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
    return conn.execute(_VERSION).scalar() or 0


def read_all(conn: Connection, model: type[M]) -> list[M]:
    """All rows of a table, detached from any session, in the order of its primary key."""
    table = inspect(model).local_table
    rows = conn.execute(select(table).order_by(*table.primary_key)).mappings()
    return [model(**row) for row in rows]


def read_entries(conn: Connection) -> Entries:
    """Read the whole master data: about fifteen statements, some hundred rows."""
    municipalities = {_id(m): _municipality(m) for m in read_all(conn, models.Municipality)}
    areas = {_id(a): _area(a) for a in read_all(conn, models.WaitingArea)}
    services = {_id(s): _service(s) for s in read_all(conn, models.Service)}
    return Entries(
        municipalities=_sorted(municipalities.values()),
        areas=tuple(areas.values()),
        services=_sorted(services.values()),
        offices=_sorted(_read_offices(conn, municipalities, areas, services)),
        devices=tuple(_device(d) for d in read_all(conn, models.Device) if d.revoked_at is None),
    )


def _read_offices(
    conn: Connection,
    municipalities: Mapping[int, MunicipalityInfo],
    areas: Mapping[int, AreaInfo],
    services: Mapping[int, ServiceInfo],
) -> list[OfficeInfo]:
    rows = {_id(office): office for office in read_all(conn, models.Office)}
    pools = _read_pools(conn)
    offers = _read_offers(conn, services, pools)
    counters = _read_counters(conn, rows)
    rules = _read_rules(conn, rows)
    closures = read_all(conn, models.Closure)
    return [
        OfficeInfo(
            **office.model_dump(exclude={"municipality_id", "area_id"}),
            municipality=municipalities[office.municipality_id],
            area=areas[office.area_id],
            pools=tuple(pools[office_id]),
            offers=_sorted(offers[office_id]),
            counters=_sorted(counters[office_id]),
            rules=tuple(rules[office_id]),
            closures=_closures_of(office, closures),
        )
        for office_id, office in rows.items()
    ]


def _read_pools(conn: Connection) -> dict[int, list[PoolInfo]]:
    pools: dict[int, list[PoolInfo]] = defaultdict(list)
    for pool in read_all(conn, models.Pool):
        pools[pool.office_id].append(PoolInfo(_id(pool), pool.slug, pool.name, pool.main))
    return pools


def _read_offers(
    conn: Connection, services: Mapping[int, ServiceInfo], pools: Mapping[int, list[PoolInfo]]
) -> dict[int, list[OfferInfo]]:
    needed = _pairs(conn, models.OfferPool.offer_id, models.OfferPool.pool_id)
    residents = _pairs(conn, models.OfferResident.offer_id, models.OfferResident.municipality_id)
    offers: dict[int, list[OfferInfo]] = defaultdict(list)
    for offer in read_all(conn, models.Offer):
        main = {pool.id for pool in pools[offer.office_id] if pool.main}
        offers[offer.office_id].append(
            OfferInfo(
                **offer.model_dump(exclude={"service_id"}),
                service=services[offer.service_id],
                pools=frozenset(needed[_id(offer)] | main),
                residents=frozenset(residents[_id(offer)]),
            )
        )
    return offers


def _read_counters(
    conn: Connection, offices: Mapping[int, models.Office]
) -> dict[int, list[CounterInfo]]:
    served = _pairs(conn, models.CounterOffer.counter_id, models.CounterOffer.offer_id)
    counters: dict[int, list[CounterInfo]] = defaultdict(list)
    for counter in read_all(conn, models.Counter):
        office = offices[counter.office_id]
        counters[counter.office_id].append(
            CounterInfo(
                **counter.model_dump(exclude={"word", "word_en"}),
                word=counter.word or office.counter_word,
                word_en=counter.word_en or office.counter_word_en,
                offers=frozenset(served[_id(counter)]),
            )
        )
    return counters


def _read_rules(
    conn: Connection, offices: Mapping[int, models.Office]
) -> dict[int, list[RuleInfo]]:
    places: dict[int, dict[int, tuple[int, int]]] = defaultdict(dict)
    for row in read_all(conn, models.OpeningRulePool):
        places[row.rule_id][row.pool_id] = (row.public_places, row.total_places)
    rules: dict[int, list[RuleInfo]] = defaultdict(list)
    for rule in read_all(conn, models.OpeningRule):
        lead = rule.lead_minutes
        rules[rule.office_id].append(
            RuleInfo(
                **rule.model_dump(exclude={"office_id", "weekdays", "lead_minutes"}),
                weekdays=frozenset(rule.weekdays),
                lead_minutes=offices[rule.office_id].lead_minutes if lead is None else lead,
                places=places[_id(rule)],
            )
        )
    return rules


def _closures_of(office: models.Office, closures: list[models.Closure]) -> tuple[ClosureInfo, ...]:
    return tuple(
        ClosureInfo(closure.first_day, closure.last_day, closure.reason, closure.reason_en)
        for closure in closures
        if office.id == closure.office_id or office.municipality_id == closure.municipality_id
    )


def _municipality(row: models.Municipality) -> MunicipalityInfo:
    return MunicipalityInfo(**row.model_dump())


def _area(row: models.WaitingArea) -> AreaInfo:
    return AreaInfo(**row.model_dump())


def _service(row: models.Service) -> ServiceInfo:
    lists = {"documents", "documents_en", "keywords"}
    return ServiceInfo(
        **row.model_dump(exclude=lists),
        documents=tuple(row.documents),
        documents_en=tuple(row.documents_en),
        keywords=tuple(row.keywords),
    )


def _device(row: models.Device) -> DeviceInfo:
    return DeviceInfo(**row.model_dump(exclude={"token_hash", "revoked_at"}))


def _pairs(conn: Connection, left: int, right: int) -> defaultdict[int, set[int]]:
    """A link table as left id -> right ids."""
    found: defaultdict[int, set[int]] = defaultdict(set)
    for one, other in conn.execute(select(col(left), col(right))):
        found[one].add(other)
    return found


def _id(row: SQLModel) -> int:
    """The id of a row that was read, which a model types as optional."""
    return cast("int", getattr(row, "id"))  # noqa: B009


def _sorted(entries: Iterable[P]) -> tuple[P, ...]:
    return tuple(sorted(entries, key=lambda entry: (entry.position, entry.id)))
