"""Whoever need not be here waits from the start of the appointment on: by phone, by video, and
everybody in an office that calls people without check-in. The job beside the command.
"""

from ...booking import services as booking
from ...core.ground import Ground
from ...core.tx import Tx
from ...office.directory import OfficeInfo, current_directory, latest_directory
from ..drawing.issue import NewTicket, write_ticket
from ..rules import APPOINTMENT_LETTER, rank_of_appointment
from ..state import Asked
from . import store


def admit_due(tx: Tx, *, office_id: int) -> int:
    """Make tickets of the office's appointments that have begun; returns how many.

    Run by the job, as often as one likes and in as many processes: an appointment has one ticket,
    by the status it starts from and by constraint. The rank is that of a check-in in time, so a
    clerk who is late, or a server that was away, costs nobody the place.
    """
    office = current_directory(tx).office(office_id)
    due = store.find_due(tx.conn, office.id, tx.now, everybody=office.calls_absent)
    for appointment_id in due:
        _admit(tx, office, appointment_id)
    return len(due)


async def admit_everywhere(ground: Ground) -> None:
    """The job: one look, and a command only where somebody's time has come."""
    offices = (await latest_directory(ground)).offices
    absent = [office.id for office in offices.values() if office.calls_absent]
    now = ground.clock.now()
    due = await ground.database.read(store.find_offices_due, list(offices), absent, now)
    for office_id in due:
        await ground.runner.run(office_id, admit_due, office_id=office_id)


def _admit(tx: Tx, office: OfficeInfo, appointment_id: int) -> None:
    found = booking.get_for_check_in(tx, appointment_id=appointment_id)
    booking.mark_checked_in(tx, appointment_id=found.id, late=False)
    rank = rank_of_appointment(
        found.start_at,
        found.start_at,
        head_start_minutes=office.head_start_minutes,
        grace_minutes=office.grace_minutes,
    )
    new = NewTicket(
        letter=APPOINTMENT_LETTER,
        rank=rank,
        drawn_at=found.start_at,
        language=found.language,
        services=tuple(Asked(offer_id, count) for offer_id, count in found.offers),
        persons=found.persons,
        channel=found.channel,
        appointment_id=found.id,
        appointment_start=found.start_at,
        remark=found.note,
    )
    write_ticket(tx, office, new)
