"""From checked entries to rows: which table gets what, parents first, removals last."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection
from sqlmodel import SQLModel

from .. import models
from ..calling.from_files import Settled, keep_calling, settle_calling
from ..calling.said import OF_OFFICE, per_day, served_by
from ..devices.from_files import settle_device
from ..hours.from_files import RuleIds, Terms, write_hours
from ..store import device_rows, read_entries
from .checks import MAIN_POOL
from .entries import Entry, OfficeEntry
from .entry_services import ServiceEntry, WholeWordsEntry
from .mistakes import Mistake, WrongFilesError
from .sources import MasterData, Placed
from .writing import Key, Row, drop_others, retire, sync_links, upsert

# Lists of entries that become rows of their own, and what only the files know.
_NOT_COLUMNS = {
    "municipality", "area", "closures", "shared_letters",
    "residents", "pools", "opening", "offers", "counters",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Ids:
    """The ids of what has been written, by slug; pools and offers by office id and slug."""

    towns: dict[str, int]
    areas: dict[str, int]
    services: dict[str, int]
    offices: dict[str, int]
    pools: dict[Key, int]
    offers: dict[Key, int]
    counters: dict[str, int]


def write_tables(conn: Connection, data: MasterData, terms: Terms) -> None:
    """Make the tables say what the entries say, hours on these terms.

    Raises WrongFilesError for what is still used, and for what a page has changed.
    """
    calling = settle_calling(conn, data, terms)
    ids = _write_named(conn, data, calling)
    _write_links(conn, data, ids, calling)
    keep_calling(conn, calling, ids.offices, terms)
    write_hours(conn, data, RuleIds(ids.towns, ids.offices, ids.pools, ids.offers), terms)
    _write_devices(conn, data, ids)
    _write_staff(conn, data, ids)
    _retire(conn, ids)


Callings = Mapping[str, Settled]


def _write_named(conn: Connection, data: MasterData, calling: Callings) -> Ids:
    towns = _by_slug(conn, models.Municipality, [_row(town) for town in data.municipalities])
    areas = _by_slug(
        conn,
        models.WaitingArea,
        [
            _row(area, position=False) | {"municipality_id": towns[area.entry.municipality]}
            for area in data.areas
        ],
    )
    services = _by_slug(conn, models.Service, [_service_row(one) for one in data.services])
    rows = [
        _row(office)
        | {name: calling[office.entry.slug].holds[name] for name in OF_OFFICE}
        | {
            "municipality_id": towns[office.entry.municipality],
            "area_id": areas[office.entry.area],
        }
        for office in data.offices
    ]
    offices = _by_slug(conn, models.Office, rows)
    entries = [(offices[office.entry.slug], office.entry) for office in data.offices]
    return Ids(
        towns=towns,
        areas=areas,
        services=services,
        offices=offices,
        pools=_write_pools(conn, entries),
        offers=_write_offers(conn, entries, services, calling),
        counters=_write_counters(conn, entries),
    )


Offices = Sequence[tuple[int, OfficeEntry]]


def _write_pools(conn: Connection, offices: Offices) -> dict[Key, int]:
    rows: list[Row] = []
    for office_id, office in offices:
        rows.append({"office_id": office_id, "slug": MAIN_POOL, "name": office.name, "main": True})
        rows += [
            {"office_id": office_id, "slug": pool.slug, "name": pool.name, "main": False}
            for pool in office.pools
        ]
    return upsert(conn, models.Pool, ("office_id", "slug"), rows)


def _write_offers(
    conn: Connection, offices: Offices, services: dict[str, int], calling: Callings
) -> dict[Key, int]:
    rows: list[Row] = []
    for office_id, office in offices:
        for position, offer in enumerate(office.offers):
            more = offer.further_minutes
            rows.append(
                offer.model_dump(exclude={"service", "pools", "residents"})
                | {
                    "office_id": office_id,
                    "service_id": services[offer.service],
                    "further_minutes": offer.minutes if more is None else more,
                    "position": position,
                    "tickets_per_day": calling[office.slug].holds[per_day(offer.service)],
                }
            )
    ids = upsert(conn, models.Offer, ("office_id", "service_id"), rows)
    return {
        (office_id, offer.service): ids[office_id, services[offer.service]]
        for office_id, office in offices
        for offer in office.offers
    }


def _write_counters(conn: Connection, offices: Offices) -> dict[str, int]:
    rows = [
        counter.model_dump(exclude={"serves", "except_for"})
        | {"office_id": office_id, "position": position}
        for office_id, office in offices
        for position, counter in enumerate(office.counters)
    ]
    return _by_slug(conn, models.Counter, rows, swapped="label")


def _write_links(conn: Connection, data: MasterData, ids: Ids, calling: Callings) -> None:
    entries = [(ids.offices[office.entry.slug], office.entry) for office in data.offices]
    sync_links(conn, models.CounterOffer, set(_served(entries, ids, calling)))
    pools: set[Key] = set()
    residents: set[Key] = set()
    for office_id, office in entries:
        home = [office.municipality] if office.residents is None else office.residents
        for offer in office.offers:
            offer_id = ids.offers[office_id, offer.service]
            pools |= {(offer_id, ids.pools[office_id, pool]) for pool in offer.pools}
            towns = home if offer.residents is None else offer.residents
            residents |= {(offer_id, ids.towns[town]) for town in towns}
    sync_links(conn, models.OfferPool, pools)
    sync_links(conn, models.OfferResident, residents)


def _served(entries: Offices, ids: Ids, calling: Callings) -> Iterator[Key]:
    for office_id, office in entries:
        every, holds = [offer.service for offer in office.offers], calling[office.slug].holds
        for counter in office.counters:
            for service in served_by(holds, counter.slug, every):
                yield ids.counters[counter.slug], ids.offers[office_id, service]


def _write_devices(conn: Connection, data: MasterData, ids: Ids) -> None:
    """Where a device hangs the files alone say; what it shows is theirs until a page changes it."""
    before = device_rows(conn)
    rows = [
        {
            "slug": device.entry.slug,
            "kind": device.entry.kind,
            "area_id": ids.areas[device.entry.area],
            "counter_id": device.entry.counter and ids.counters[device.entry.counter],
            **settle_device(device.entry, before.get(device.entry.slug)),
        }
        for device in data.devices
    ]
    _by_slug(conn, models.Device, rows)


def _write_staff(conn: Connection, data: MasterData, ids: Ids) -> None:
    """Staff named in a file have exactly the roles named there; others are left alone."""
    roles_said = {"clerk_of", "administrator_of", "may_call_any"}
    rows = [one.entry.model_dump(exclude=roles_said) for one in data.staff]
    staff = upsert(conn, models.Staff, ("login",), rows)
    roles = [
        {
            "staff_id": staff[one.entry.login,],
            "office_id": office,
            "municipality_id": town,
            "may_call_any": one.entry.may_call_any,
        }
        for one in data.staff
        for office, town in (
            *((ids.offices[slug], None) for slug in one.entry.clerk_of),
            *((None, ids.towns[slug]) for slug in one.entry.administrator_of),
        )
    ]
    names = ("staff_id", "office_id", "municipality_id")
    keep = upsert(conn, models.StaffRole, names, roles)
    drop_others(conn, models.StaffRole, "staff_id", staff.values(), keep.values())


def _retire(conn: Connection, ids: Ids) -> None:
    """Remove what no file names any longer, children first; refuse what is still referred to."""
    names = _names(conn)
    mistakes = [
        Mistake("", names[model, row_id], f"is named in no file, but still used by: {tables}")
        for model, keep in (
            (models.Counter, ids.counters.values()),
            (models.Offer, ids.offers.values()),
            (models.Pool, ids.pools.values()),
            (models.Office, ids.offices.values()),
            (models.WaitingArea, ids.areas.values()),
            (models.Service, ids.services.values()),
            (models.Municipality, ids.towns.values()),
        )
        for row_id, tables in retire(conn, model, set(keep))
    ]
    if mistakes:
        raise WrongFilesError(mistakes)


def _names(conn: Connection) -> dict[tuple[type[SQLModel], int], str]:
    """What to call a row in a mistake."""
    entries = read_entries(conn)
    names: dict[tuple[type[SQLModel], int], str] = {}
    for model, kind, found in (
        (models.Municipality, "municipality", entries.municipalities),
        (models.WaitingArea, "area", entries.areas),
        (models.Service, "service", entries.services),
        (models.Office, "office", entries.offices),
    ):
        names.update({(model, one.id): f"{kind} {one.slug}" for one in found})
    for office in entries.offices:
        for model, kind, found in (
            (models.Counter, "counter", office.counters),
            (models.Pool, "pool", office.pools),
        ):
            names.update({(model, one.id): f"{kind} {one.slug} of {office.slug}" for one in found})
        for offer in office.offers:
            names[models.Offer, offer.id] = f"offer {offer.service.slug} of {office.slug}"
    return names


def _row(placed: Placed[Entry], *, position: bool = True) -> dict[str, object]:
    """An entry's own columns, with its place in its file as the order of showing."""
    row: dict[str, object] = placed.entry.model_dump(exclude=_NOT_COLUMNS)
    return row | {"position": placed.index} if position else row


def _service_row(placed: Placed[ServiceEntry]) -> dict[str, object]:
    row: dict[str, object] = placed.entry.model_dump(
        exclude={*WholeWordsEntry.model_fields, "languages"}
    )
    return row | {"words": placed.entry.words(), "position": placed.index}


def _by_slug(
    conn: Connection, model: type[SQLModel], rows: Iterable[Row], *, swapped: str | None = None
) -> dict[str, int]:
    ids = upsert(conn, model, ("slug",), rows, swapped=swapped)
    return {str(slug): row_id for (slug,), row_id in ids.items()}
