"""Calling for help from a counter: raising, answering, ending.

Run for all offices of the waiting area, so that every counter in it hears. Each can be repeated:
done once more it changes nothing. Nothing of it is ever told to screens, phones or kiosks.
"""

from ...core.errors import DomainError, not_found
from ...core.events import Event
from ...core.tx import Tx
from ...office.directory import current_directory
from ..counter.steps import Desk, desk_of
from ..events import EmergencyAcknowledged, EmergencyEnded, EmergencyRaised
from ..state import EmergencyNow
from . import store


def raise_emergency(tx: Tx, *, counter_id: int, test: bool = False) -> EmergencyNow:
    """Call for help from this counter. What it has raised already stands; no second one is made.

    A real call is raised beside a test alarm that stands, and a test never takes its place.
    """
    desk = desk_of(tx, counter_id)
    for standing in store.load_standing(tx.conn, desk.office.id, tx.now):
        if standing.counter_id == counter_id and standing.test <= test:
            return standing
    area_id = desk.office.area_id
    new_id = store.insert_emergency(
        tx.conn, area_id=area_id, counter_id=counter_id, at=tx.now, test=test
    )
    event = EmergencyRaised(
        emergency_id=new_id, counter_id=counter_id, counter=desk.counter.label, test=test
    )
    _tell(tx, area_id, event)
    return EmergencyNow(new_id, counter_id, tx.now, test)


def acknowledge_emergency(tx: Tx, *, emergency_id: int, counter_id: int) -> EmergencyNow:
    """Say that this counter comes. The first who says so is named; it then sounds nowhere.

    Raises unknown_emergency (404) outside the waiting area; own_emergency (409) for the counter
    that calls; emergency_over (409).
    """
    desk = desk_of(tx, counter_id)
    known = _known(tx, desk, emergency_id)
    if known.counter_id == counter_id:
        raise DomainError("own_emergency", 409)
    if store.is_ended(tx.conn, emergency_id):
        raise DomainError("emergency_over", 409)
    if not store.acknowledge(tx.conn, emergency_id, counter_id, tx.now):
        return known
    event = EmergencyAcknowledged(
        emergency_id=emergency_id, counter_id=counter_id, counter=desk.counter.label
    )
    _tell(tx, desk.office.area_id, event)
    return _known(tx, desk, emergency_id)


def end_emergency(tx: Tx, *, emergency_id: int, office_id: int) -> EmergencyNow:
    """Withdraw it, or say that it is over. Raises unknown_emergency (404)."""
    area_id = current_directory(tx).office(office_id).area_id
    known = store.find_emergency(tx.conn, emergency_id, area_id)
    if known is None:
        raise not_found("unknown_emergency")
    if store.end(tx.conn, emergency_id, tx.now):
        _tell(tx, area_id, EmergencyEnded(emergency_id=emergency_id))
    return known


def _known(tx: Tx, desk: Desk, emergency_id: int) -> EmergencyNow:
    known = store.find_emergency(tx.conn, emergency_id, desk.office.area_id)
    if known is None:
        raise not_found("unknown_emergency")
    return known


def _tell(tx: Tx, area_id: int, event: Event) -> None:
    for office in sorted(current_directory(tx).offices_of_area(area_id), key=lambda one: one.id):
        tx.emit(office.id, event)
