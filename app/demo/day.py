"""Which day the demo plays on. Pure: real now and the last event are passed in.

The demo is open whenever it is started, at any hour and on any day of the year.
"""

from datetime import date, datetime, timedelta

from ...core.formats import at_local, local, local_day
from ...office.hours.holidays import holiday_name

STATE = "HE"
OPENS_MINUTE, CLOSES_MINUTE = 8 * 60, 18 * 60
START_MINUTE = 9 * 60 + 30
# Later than this there is not enough of the day left to watch.
LAST_START_MINUTE = 17 * 60


def is_working_day(day: date) -> bool:
    """Monday to Friday and no public holiday in Hesse."""
    return day.weekday() < 5 and holiday_name(STATE, day, "de") is None


def next_morning(moment: datetime) -> datetime:
    """9:30 on the first working day on which 9:30 is still to come, in UTC."""
    day = local_day(moment)
    while not is_working_day(day) or at_local(day, START_MINUTE) < moment:
        day += timedelta(days=1)
    return at_local(day, START_MINUTE)


def demo_start(real_now: datetime, last_event: datetime | None) -> datetime:
    """Where the demo's clock stands when it is started.

    The later of 9:30 on the next working morning and the last event, so that time never goes
    back; the next working morning when the last event leaves nothing of its day.
    """
    morning = next_morning(real_now)
    if last_event is None or last_event <= morning:
        return morning
    if is_playable(last_event):
        return last_event
    return next_morning(last_event)


def is_playable(moment: datetime) -> bool:
    """Whether enough of an opening day is left at this moment."""
    wall = local(moment)
    minute = wall.hour * 60 + wall.minute
    return is_working_day(wall.date()) and OPENS_MINUTE <= minute < LAST_START_MINUTE
