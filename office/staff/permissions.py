"""Who may enter where: pure decisions on callers, places and what a route declares.

Finding out who is asking is the business of `access.py`.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from ...core.access import Access, Employee, Principal, Screen, Visitor
from ..directory import CounterInfo, DeviceInfo, Directory, MunicipalityInfo, OfficeInfo
from .access_store import KnownDevice, KnownStaff


@dataclass(frozen=True, slots=True)
class Place:
    """Where a request wants to act, as far as its path says."""

    office: OfficeInfo | None = None
    counter: CounterInfo | None = None
    device: DeviceInfo | None = None
    municipality: MunicipalityInfo | None = None


def place_of(directory: Directory, access: Access, path: Mapping[str, str]) -> Place:
    """The place named by the path parameters the route declares; 404 for what does not exist."""
    return Place(
        office=directory.office(path[access.office]) if access.office else None,
        counter=directory.counter(path[access.counter]) if access.counter else None,
        device=_device(directory, access, path),
        municipality=(
            directory.municipality(path[access.municipality]) if access.municipality else None
        ),
    )


def _device(directory: Directory, access: Access, path: Mapping[str, str]) -> DeviceInfo | None:
    if access.device is None:
        return None
    slug = path[access.device]
    return directory.display(slug) if "display" in access.who else directory.device(slug)


def principal_from(directory: Directory, caller: KnownStaff | KnownDevice) -> Principal:
    """The caller as handlers know them.

    An administrator of a municipality may also do what clerks of its offices do, and call anybody
    there. A counter's token
    reaches its own office alone, a screen or kiosk all offices of its waiting area.
    """
    if isinstance(caller, KnownStaff):
        administered = {
            office.id
            for municipality_id in caller.municipalities
            for office in directory.offices_of(municipality_id)
        }
        return Employee(
            caller.staff_id,
            caller.offices | administered,
            caller.municipalities,
            caller.calls_any | administered,
        )
    if caller.counter_id is not None:
        offices = frozenset({directory.counter(caller.counter_id).office_id})
    else:
        offices = frozenset(office.id for office in directory.offices_of_area(caller.area_id))
    match caller.kind:
        case "display" | "kiosk" | "counter":
            return Screen(
                caller.device_id,
                caller.kind,
                caller.slug,
                caller.area_id,
                offices,
                caller.counter_id,
            )
        case other:
            raise ValueError(f"device {caller.device_id} is of unknown kind {other}")


def may_enter(directory: Directory, access: Access, place: Place, principal: Principal) -> bool:
    """Whether the caller is of a kind the route lets in, and belongs to the place."""
    match principal:
        case Visitor():
            return False
        case Screen():
            return principal.kind in access.who and _is_of_screen(place, principal)
        case Employee():
            return ("staff" in access.who and _is_of_clerk(directory, place, principal)) or (
                "administrator" in access.who and _is_of_administrator(directory, place, principal)
            )


def _is_of_screen(place: Place, screen: Screen) -> bool:
    """No device acts for a municipality; a counter's token acts for that counter alone."""
    if place.municipality is not None:
        return False
    if place.device is not None and place.device.id != screen.device_id:
        return False
    if place.counter is not None and not _is_counter_of(place.counter, screen):
        return False
    return place.office is None or place.office.id in screen.offices


def _is_counter_of(counter: CounterInfo, screen: Screen) -> bool:
    if screen.kind == "counter":
        return counter.id == screen.counter_id
    return counter.office_id in screen.offices


def _is_of_clerk(directory: Directory, place: Place, employee: Employee) -> bool:
    """Every place the path names must be one the clerk works for; without one, any clerk may."""
    wanted: list[set[int]] = []
    if place.office is not None:
        wanted.append({place.office.id})
    if place.counter is not None:
        wanted.append({place.counter.office_id})
    if place.device is not None:
        wanted.append({office.id for office in directory.offices_of_area(place.device.area_id)})
    if place.municipality is not None:
        wanted.append({office.id for office in directory.offices_of(place.municipality.id)})
    return all(offices & employee.offices for offices in wanted)


def _is_of_administrator(directory: Directory, place: Place, employee: Employee) -> bool:
    """Every place must lie in a municipality they administer; without one, any administrator."""
    wanted: list[int] = []
    if place.office is not None:
        wanted.append(place.office.municipality.id)
    if place.counter is not None:
        wanted.append(directory.office(place.counter.office_id).municipality.id)
    if place.device is not None:
        wanted.append(directory.area(place.device.area_id).municipality_id)
    if place.municipality is not None:
        wanted.append(place.municipality.id)
    return bool(employee.administers) and employee.administers.issuperset(wanted)
