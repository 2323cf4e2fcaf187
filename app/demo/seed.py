"""Fills the demo: the four towns, hours for its day, staff, devices with tokens, open counters.

Uses the same commands as everybody; what exists stays, so a restart keeps tokens and tickets.
"""

import json
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TypedDict

from sqlalchemy import Connection, func, select
from sqlmodel import col

from ...core.database import Database
from ...core.models import EventRow
from ...core.runner import Runner
from ...core.secrets import new_token, token_hash
from ...core.tx import Tx
from ...office.devices.commands import add_device, renew_device_token
from ...office.directory import Directory, OfficeInfo, read_directory
from ...office.files.loader import load_files
from ...office.files.sources import example_sources
from ...office.hours.special import open_specially
from ...office.staff.access_store import device_of_token
from ...office.staff.commands import add_staff, set_password
from ...office.staff.passwords import hash_password
from ...queue.day import close_counters
from ...queue.learning.learned import DurationRow
from ...queue.learning.store import save_durations
from ...queue.services import set_counter_state
from . import people
from .day import CLOSES_MINUTE, OPENS_MINUTE
from .screens import first_screen, hang_up_screens, put_up_slides, screens_of

LOGIN = "demo"
# So many visits are behind what the demo has learned: far more than the configured minutes weigh.
VISITS_LEARNED = 1000.0
ACCESS_FILE = "access.json"


class CounterAccess(TypedDict):
    id: str
    label: str
    token: str


class DeviceAccess(TypedDict):
    id: str
    token: str


class OfficeAccess(TypedDict):
    kiosk_token: str
    kiosk: DeviceAccess
    display: DeviceAccess
    counters: list[CounterAccess]


class StaffAccess(TypedDict):
    login: str
    password: str


class DemoAccess(TypedDict):
    """What stands in access.json; `screens` are those beside the first of each room.

    Of a device that was paired nobody knows a token: it is empty, and the screen left out.
    """

    base_url: str
    staff: StaffAccess
    offices: dict[str, OfficeAccess]
    screens: list[DeviceAccess]


def last_event_at(conn: Connection) -> datetime | None:
    """When anything happened last, in any office."""
    return conn.execute(select(func.max(col(EventRow.at)))).scalar_one()


def seed(runner: Runner, database: Database, folder: Path, base_url: str, day: date) -> DemoAccess:
    """Load, open and equip everything; writes access.json (owner only) and returns it."""
    runner.run_now((), load_files, example_sources())
    known = _read_known(folder / ACCESS_FILE)
    password = known["staff"]["password"] if known else new_token()[:14]
    digest = None if known else hash_password(password)
    directory = database.read_now(read_directory)
    tokens = runner.run_now((), _equip, directory, day, known_tokens(known), digest)
    directory = database.read_now(read_directory)
    access: DemoAccess = {
        "base_url": base_url,
        "staff": {"login": LOGIN, "password": password},
        "offices": {
            office.slug: _office_access(directory, office, tokens)
            for office in directory.offices.values()
        },
        "screens": [
            {"id": one.slug, "token": tokens[one.slug]}
            for one in screens_of(directory)
            if one.slug in tokens and one != first_screen(directory, one.area_id)
        ],
    }
    _write(folder / ACCESS_FILE, access)
    return access


def _equip(
    tx: Tx, directory: Directory, day: date, tokens: Mapping[str, str], digest: str | None
) -> dict[str, str]:
    """All in one transaction: hours, open counters, the demo's person, slides, screens, tokens;
    returns these.
    """
    for office in directory.offices.values():
        _open_day(tx, office, day)
        _learn_tempo(tx, office, day)
    if digest is not None:
        _add_person(tx, directory, digest)
    put_up_slides(tx, directory)
    return _device_tokens(tx, directory, tokens) | hang_up_screens(tx, directory)


def _open_day(tx: Tx, office: OfficeInfo, day: date) -> None:
    """Open the office the whole day, and every counter for everything it can do."""
    desks = len(office.counters)
    open_specially(
        tx,
        office_id=office.id,
        day=day,
        from_minute=OPENS_MINUTE,
        to_minute=CLOSES_MINUTE,
        places={pool.id: (desks, desks) if pool.main else (1, 1) for pool in office.pools},
    )
    close_counters(tx, office_id=office.id)  # those of the demo's last day
    for counter in office.counters:
        set_counter_state(tx, counter_id=counter.id, state="open")


def _learn_tempo(tx: Tx, office: OfficeInfo, day: date) -> None:
    """Its clerks serve faster than any office, to be watched; the forecasts have to know it, as
    they would after some weeks of such days.
    """
    before = day - timedelta(days=1)
    save_durations(
        tx.conn,
        [
            DurationRow(offer.id, people.TEMPO, VISITS_LEARNED, offer.minutes, before)
            for offer in office.offers
        ],
    )


def _read_known(path: Path) -> DemoAccess | None:
    if not path.exists():
        return None
    kept: DemoAccess = json.loads(path.read_text(encoding="utf-8"))
    return kept


def _add_person(tx: Tx, directory: Directory, digest: str) -> None:
    """One person who may do everything."""
    add_staff(
        tx,
        login=LOGIN,
        name="Vorführung",
        offices=[office.slug for office in directory.offices.values()],
        municipalities=[town.slug for town in directory.municipalities.values()],
    )
    set_password(tx, login=LOGIN, password_hash=digest)


def _device_tokens(tx: Tx, directory: Directory, known: Mapping[str, str]) -> dict[str, str]:
    """A token for every display, kiosk and counter, by slug; those handed out before stay, and so
    does what was paired: another token would end its session.
    """
    tokens = good_tokens(tx.conn, known)
    counter_devices = {f"{counter.slug}-token" for counter in directory.counters.values()}
    for device in directory.devices.values():
        if not device.set_up and device.slug not in counter_devices:
            tokens[device.slug] = renew_device_token(tx, slug=device.slug).token
    for counter in directory.counters.values():
        if counter.slug not in tokens:
            made = add_device(
                tx,
                kind="counter",
                area=directory.office(counter.office_id).area.slug,
                name=f"{counter.word} {counter.label}",
                counter=counter.slug,
                slug=f"{counter.slug}-token",
            )
            tokens[counter.slug] = made.token
    return tokens


def known_tokens(known: DemoAccess | None) -> dict[str, str]:
    """The token of every device that access.json names, by slug."""
    tokens: dict[str, str] = {}
    for office in known["offices"].values() if known else ():
        for device in (office["kiosk"], office["display"], *office["counters"]):
            if device["token"]:
                tokens[device["id"]] = device["token"]
    for screen in known.get("screens", ()) if known else ():  # an older file has none
        tokens[screen["id"]] = screen["token"]
    return tokens


def good_tokens(conn: Connection, tokens: Mapping[str, str]) -> dict[str, str]:
    """Without those of devices that were removed, or replaced by another one with a code."""
    return {
        slug: token for slug, token in tokens.items() if device_of_token(conn, token_hash(token))
    }


def _office_access(
    directory: Directory, office: OfficeInfo, tokens: dict[str, str]
) -> OfficeAccess:
    here = [device for device in directory.devices.values() if device.area_id == office.area.id]
    kiosk = next((device.slug for device in here if device.kind == "kiosk"), "")
    first = first_screen(directory, office.area.id)
    display = first.slug if first else ""
    return {
        "kiosk_token": tokens.get(kiosk, ""),
        "kiosk": {"id": kiosk, "token": tokens.get(kiosk, "")},
        "display": {"id": display, "token": tokens.get(display, "")},
        "counters": [
            {"id": counter.slug, "label": counter.label, "token": tokens[counter.slug]}
            for counter in office.counters
        ],
    }


def _write(path: Path, access: DemoAccess) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch(mode=0o600)
    path.write_text(json.dumps(access, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
