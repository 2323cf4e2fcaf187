"""Learning from the days that are over. What a day teaches is in `rules.py`."""

from datetime import date, timedelta

from ...core.formats import local_day
from ...core.ground import Ground
from ...core.tx import Tx
from ...office.directory import OfficeInfo, current_directory, latest_directory
from . import store
from .known import forget_learned
from .rules import learn_day, learn_ranges
from .store import Place

# Older days are not looked at: what they would teach has faded.
CATCH_UP = timedelta(days=90)
# Ranges are those of so many open days.
RANGE_DAYS = 20


def learn(tx: Tx, *, office_id: int) -> int:
    """Learn from each day of the office that is over and was not learned yet; how many those were.

    Run under the office's lock, by the job: whoever comes second finds nothing left. A day that
    was missed is caught up with, in order.
    """
    office = current_directory(tx).office(office_id)
    place = Place(office.id, office.area_id)
    today = local_day(tx.now)
    last = store.find_last_day(tx.conn, office_id) or today - CATCH_UP
    days = store.load_days_after(tx.conn, office_id, max(last, today - CATCH_UP), today)
    for day in days:
        _learn_durations(tx, office, place, day)
        store.score_forecasts(tx.conn, place, day)
    if days:
        _learn_ranges(tx, place, days[-1])
    return len(days)


async def learn_everywhere(ground: Ground) -> None:
    """The job. What was known is forgotten after the commit: before it, a reader would keep it."""
    for office_id in (await latest_directory(ground)).offices:
        if await ground.runner.run(office_id, learn, office_id=office_id):
            forget_learned()


def _learn_durations(tx: Tx, office: OfficeInfo, place: Place, day: date) -> None:
    offers = {offer.id: offer for offer in office.offers}
    known = store.load_durations(tx.conn, office.id)
    rows = learn_day(known, store.load_stretches(tx.conn, place, day), offers, day)
    store.save_durations(tx.conn, rows.values())


def _learn_ranges(tx: Tx, place: Place, day: date) -> None:
    first = store.find_first_day(tx.conn, place.office_id, day + timedelta(days=1), RANGE_DAYS)
    scored = store.load_scored(tx.conn, place, first, day)
    store.save_ranges(tx.conn, place.office_id, learn_ranges(place.office_id, scored), day)
