"""The directory: one frozen picture of all master data, and the way to the current one.

Commands take `current_directory(tx)`, handlers `latest_directory(ground)`; both read the tables
only when the version has changed.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeVar
from weakref import WeakKeyDictionary, WeakSet

from sqlalchemy import Connection, Engine

from ..core.database import Database
from ..core.errors import not_found
from ..core.ground import Ground
from ..core.tx import Tx
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
from .store import VERSION_NOW, read_entries, read_version

__all__ = [
    "AreaInfo",
    "ClosureInfo",
    "CounterInfo",
    "DeviceInfo",
    "Directory",
    "MunicipalityInfo",
    "OfferInfo",
    "OfficeInfo",
    "PoolInfo",
    "RuleInfo",
    "ServiceInfo",
    "current_directory",
    "known_directory",
    "latest_directory",
    "mark_changed",
    "read_directory",
]

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Directory:
    """All master data of one version. Mappings go by id and keep the order of showing.

    Each look-up method takes a slug or an id and raises the 404 of its kind.
    """

    version: int
    municipalities: Mapping[int, MunicipalityInfo]
    areas: Mapping[int, AreaInfo]
    services: Mapping[int, ServiceInfo]
    offices: Mapping[int, OfficeInfo]
    counters: Mapping[int, CounterInfo]
    devices: Mapping[int, DeviceInfo]
    offers: Mapping[int, OfferInfo]
    _ids: Mapping[tuple[type, str], int]

    def municipality(self, key: int | str) -> MunicipalityInfo:
        return self._find(self.municipalities, MunicipalityInfo, key, "unknown_municipality")

    def area(self, key: int | str) -> AreaInfo:
        return self._find(self.areas, AreaInfo, key, "not_found")

    def service(self, key: int | str) -> ServiceInfo:
        return self._find(self.services, ServiceInfo, key, "unknown_service")

    def office(self, key: int | str) -> OfficeInfo:
        return self._find(self.offices, OfficeInfo, key, "unknown_office")

    def counter(self, key: int | str) -> CounterInfo:
        return self._find(self.counters, CounterInfo, key, "unknown_counter")

    def device(self, key: int | str) -> DeviceInfo:
        return self._find(self.devices, DeviceInfo, key, "not_found")

    def display(self, key: int | str) -> DeviceInfo:
        """The display with this slug or id; anything else is unknown_display."""
        device = self._find(self.devices, DeviceInfo, key, "unknown_display")
        if device.kind != "display":
            raise not_found("unknown_display")
        return device

    def offer(self, offer_id: int) -> OfferInfo:
        if offer_id not in self.offers:
            raise not_found("unknown_service")
        return self.offers[offer_id]

    def offices_of_area(self, area_id: int) -> tuple[OfficeInfo, ...]:
        """The offices that share a waiting area."""
        return tuple(office for office in self.offices.values() if office.area.id == area_id)

    def offices_of(self, municipality_id: int) -> tuple[OfficeInfo, ...]:
        """The offices whose house is in a municipality."""
        return tuple(o for o in self.offices.values() if o.municipality.id == municipality_id)

    def offers_of(self, service: int | str) -> tuple[OfferInfo, ...]:
        """All offices' offers of one service."""
        wanted = self.service(service).id
        return tuple(offer for offer in self.offers.values() if offer.service.id == wanted)

    def offers_for(self, municipality_id: int) -> tuple[OfferInfo, ...]:
        """What is done for residents of a municipality, its own offices first.

        An office elsewhere that serves anyone is not listed: `offers_of` finds it.
        """
        return (
            *(
                offer
                for offer in self.offers.values()
                if self._is_in(offer, municipality_id) and offer.is_for(municipality_id)
            ),
            *(
                offer
                for offer in self.offers.values()
                if not self._is_in(offer, municipality_id) and municipality_id in offer.residents
            ),
        )

    def _is_in(self, offer: OfferInfo, municipality_id: int) -> bool:
        return self.offices[offer.office_id].municipality.id == municipality_id

    def _find(self, by_id: Mapping[int, T], kind: type[T], key: int | str, code: str) -> T:
        found = self._ids.get((kind, key)) if isinstance(key, str) else key
        if found is None or found not in by_id:
            raise not_found(code)
        return by_id[found]


def read_directory(conn: Connection) -> Directory:
    """Read the whole directory from the tables: a few milliseconds.

    A transaction that writes on PostgreSQL sees what others commit between its statements: then
    once more, that nothing older stands under a newer version.
    """
    version = read_version(conn)
    directory = _read_as(conn, version)
    while (newest := read_version(conn)) != version:
        version = newest
        directory = _read_as(conn, version)
    return directory


def _read_as(conn: Connection, version: int) -> Directory:
    entries = read_entries(conn)
    offices = entries.offices
    counters = tuple(counter for office in offices for counter in office.counters)
    kinds = (entries.municipalities, entries.areas, entries.services, offices, counters)
    return Directory(
        version=version,
        municipalities={entry.id: entry for entry in entries.municipalities},
        areas={entry.id: entry for entry in entries.areas},
        services={entry.id: entry for entry in entries.services},
        offices={entry.id: entry for entry in offices},
        counters={entry.id: entry for entry in counters},
        devices={entry.id: entry for entry in entries.devices},
        offers={offer.id: offer for office in offices for offer in office.offers},
        _ids={
            (type(entry), entry.slug): entry.id
            for kind in (*kinds, entries.devices)
            for entry in kind
        },
    )


_known: WeakKeyDictionary[Engine, Directory] = WeakKeyDictionary()
# Transactions that write master data. Not in the batch: a failing command empties that.
_writing: WeakSet[Connection] = WeakSet()
_CURRENT = "office.directory"


def current_directory(tx: Tx) -> Directory:
    """The directory as this transaction sees it: one check of the version per shared transaction.

    After a change in the same transaction nothing is kept beyond it: the change may still be
    rolled back, and its version be given to another one.
    """
    kept = tx.batch.get(_CURRENT)
    if isinstance(kept, Directory):
        return kept
    engine = tx.conn.engine
    if tx.conn in _writing:
        newest = read_directory(tx.conn)
    else:
        newest = _known[engine] = _read_if_newer(tx.conn, _known.get(engine))
    tx.batch[_CURRENT] = newest
    return newest


def mark_changed(tx: Tx) -> None:
    """Say that this transaction writes master data: before the first statement, after the last."""
    _writing.add(tx.conn)
    tx.batch.pop(_CURRENT, None)


async def latest_directory(ground: Ground) -> Directory:
    """The newest committed directory, for handlers; kept among the ground's parts."""
    kept = ground.parts.get(_CURRENT)
    if isinstance(kept, Directory) and _is_newest(ground.database, kept):
        return kept
    newest = await ground.database.read(
        _read_if_newer, kept if isinstance(kept, Directory) else None
    )
    ground.parts[_CURRENT] = newest
    return newest


def known_directory(ground: Ground) -> Directory | None:
    """What `latest_directory` answered last, without asking the database; None before that."""
    kept = ground.parts.get(_CURRENT)
    return kept if isinstance(kept, Directory) else None


def _is_newest(database: Database, kept: Directory) -> bool:
    """Whether a glance is enough to know; nearly every request asks."""
    return database.dialect == "sqlite" and database.glance(VERSION_NOW) == (kept.version,)


def _read_if_newer(conn: Connection, kept: Directory | None) -> Directory:
    if kept is not None and kept.version == read_version(conn):
        return kept
    return read_directory(conn)
