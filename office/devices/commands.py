"""Commands about devices: adding, new token, revoking, and the session a screen's browser gets.

What a device may do stands in `staff/access.py`; what it shows in the parts display, kiosk
and queue.
"""

import re
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass
from hashlib import sha256
from itertools import count

from pydantic import TypeAdapter, ValidationError

from ...core.errors import DomainError, invalid
from ...core.secrets import new_token, token_hash
from ...core.tx import Tx
from ..directory import CounterInfo, DeviceInfo, OfficeInfo, current_directory, mark_changed
from ..events import DirectoryChanged
from ..files.entry_fields import Text120
from ..files.writing import take_version, write_version
from ..staff import access_store as store
from ..staff import account_store as accounts
from ..staff.sessions import DEVICE_HOURS, OpenedSession, extend_session, open_session
from .pairing_store import delete_of_device
from .screen_settings import ScreenSettings

KINDS = ("display", "kiosk", "counter")
AS_DELIVERED = ScreenSettings()
_NAME: TypeAdapter[str] = TypeAdapter(Text120)
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})


@dataclass(frozen=True, slots=True)
class IssuedToken:
    """A device with its token, which is shown this once; `path` is the page it shows."""

    slug: str
    token: str
    path: str

    @property
    def link(self) -> str:
        """Path with the token in the fragment, which never reaches a server or a log."""
        return f"{self.path}#{self.token}"


@dataclass(frozen=True, slots=True)
class OpenedDevice:
    """A device whose browser just got a session."""

    kind: str
    slug: str
    path: str
    session: OpenedSession


def add_device(
    tx: Tx,
    *,
    kind: str,
    area: str,
    name: str,
    counter: str | None = None,
    slug: str | None = None,
    theme: str = "light",
    screen: ScreenSettings = AS_DELIVERED,
) -> IssuedToken:
    """Add a screen, a kiosk or a counter driven by a token, and issue its token.

    For administrators and the shell. The slug is made from area and name when none is given.
    Raises unknown_area, unknown_counter, invalid_value.
    """
    if kind not in KINDS:
        raise invalid("kind", "device_kind")
    name = _checked_name(name)
    directory = current_directory(tx)
    area_id = directory.area(area).id
    place = directory.counter(counter) if counter is not None else None
    _require_fitting(kind, place, directory.offices_of_area(area_id))
    token = new_token()
    _mark_changed(tx)
    slug = _free_slug(tx, slug or f"{area}-{_slug_of(name)}")
    accounts.add_device_row(
        tx.conn,
        slug=slug,
        kind=kind,
        name=name,
        area_id=area_id,
        counter_id=place.id if place else None,
        theme=theme,
        screen=screen.model_dump(mode="json", exclude_unset=True),
        said={},
        token_hash=token_hash(token),
    )
    path = f"/counter/{place.slug}" if place else f"/{kind}/{slug}"
    return IssuedToken(slug, token, path)


def change_device(
    tx: Tx, *, slug: str, name: str, theme: str, screen: ScreenSettings, seen: str | None = None
) -> None:
    """Change a screen's or kiosk's name, theme and settings; all who watch it hear of it.

    For administrators of the town. `seen` is the `stamp_of` what was looked at: when somebody else
    has changed it since, device_outdated (409). Raises not_found, invalid_value.
    """
    directory = current_directory(tx)
    device = directory.device(slug)
    if seen is not None and seen != stamp_of(device):
        raise DomainError("device_outdated", 409)
    screen_says = screen.model_dump(mode="json")
    values = {"name": _checked_name(name), "theme": theme, "screen": screen_says}
    version = _mark_changed(tx)
    accounts.write_device(tx.conn, device.id, values)
    for office in directory.offices_of_area(device.area_id):
        tx.emit(office.id, DirectoryChanged(version=version))


def stamp_of(device: DeviceInfo) -> str:
    """What tells one state of a device's settings from another."""
    said = f"{device.name}\0{device.theme}\0{device.screen.model_dump_json()}"
    return sha256(said.encode()).hexdigest()[:16]


def renew_device_token(tx: Tx, *, slug: str) -> IssuedToken:
    """Issue a new token; the old one and every session opened with it end. For the shell.

    Also how a device declared in the master data gets its first token. Raises unknown_device.
    """
    device = _device(tx, slug)
    token = new_token()
    _mark_changed(tx)
    accounts.write_device_token(tx.conn, device.device_id, token_hash(token))
    store.delete_sessions(tx.conn, device_id=device.device_id)
    return IssuedToken(slug, token, _path_of(tx, device))


def revoke_device(tx: Tx, *, slug: str) -> None:
    """Put a device out of use for good: token and sessions open nothing from the next request on.

    For administrators and the shell. Raises unknown_device, also when it was revoked before.
    """
    device = _device(tx, slug)
    _mark_changed(tx)
    delete_of_device(tx.conn, device.device_id)
    accounts.write_revoked(tx.conn, device.device_id, tx.now)
    store.delete_sessions(tx.conn, device_id=device.device_id)


def open_device_session(tx: Tx, *, token: str, present: Collection[str] = ()) -> OpenedDevice:
    """Exchange a device's token for a session; for whoever holds the token.

    `present` are the secrets of the sessions the browser has already: this device's own is
    extended, so that a screen started every morning does not gather sessions. Raises
    unknown_token (401) for a token that opens nothing.
    """
    device = store.device_of_token(tx.conn, token_hash(token))
    if device is None:
        raise DomainError("unknown_token", 401)
    session = extend_session(tx, present, device.device_id) or open_session(
        tx, hours=DEVICE_HOURS, device_id=device.device_id
    )
    return OpenedDevice(device.kind, device.slug, _path_of(tx, device), session)


def _device(tx: Tx, slug: str) -> store.KnownDevice:
    device = store.device_of_slug(tx.conn, slug)
    if device is None:
        raise DomainError("unknown_device", 404)
    return device


def as_name(text: str) -> str | None:
    """What a device is called by this text: one line of at most 120 characters. None if it cannot.

    Trimmed and composed, as it is kept.
    """
    try:
        return _NAME.validate_python(text)
    except ValidationError:
        return None


def _checked_name(text: str) -> str:
    name = as_name(text)
    if name is None:
        raise invalid("name", "length")
    return name


def _require_fitting(kind: str, place: CounterInfo | None, offices: tuple[OfficeInfo, ...]) -> None:
    if (kind == "counter") != (place is not None):
        raise invalid("counter", "counter_for_kind")
    if place is not None and place.office_id not in {office.id for office in offices}:
        raise invalid("counter", "counter_of_area")


def _mark_changed(tx: Tx) -> int:
    """Devices are part of the directory, so its version grows with them; the new one."""
    mark_changed(tx)
    version = take_version(tx.conn) + 1
    write_version(tx.conn, version)
    return version


def _path_of(tx: Tx, device: store.KnownDevice) -> str:
    if device.counter_id is None:
        return f"/{device.kind}/{device.slug}"
    return f"/counter/{current_directory(tx).counter(device.counter_id).slug}"


def _slug_of(text: str) -> str:
    """ "Aufrufanzeige Süd" gives "aufrufanzeige-sued"."""
    plain = unicodedata.normalize("NFKD", text.lower().translate(_UMLAUTS))
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")


def _free_slug(tx: Tx, wanted: str) -> str:
    """The slug itself, else with the first number that is free; slugs of the revoked stay taken."""
    wanted = wanted[:54].strip("-")
    taken = accounts.device_slugs(tx.conn, wanted)
    if wanted not in taken:
        return wanted
    return next(slug for n in count(2) if (slug := f"{wanted}-{n}") not in taken)
