"""What the kiosk says about waiting: how many, how long, and when that is by the clock."""

from datetime import datetime, timedelta

from ..core.formats import clock_text
from ..core.ground import Ground
from ..core.texts import T
from ..office.directory import OfficeInfo
from ..queue.forecasting.outlook import Ahead, outlook_of_new
from ..queue.forecasting.ranges import Range
from ..queue.state import Asked
from ..queue.watching.live import live_of
from .place import Kiosk


def waiting_line(ground: Ground, kiosk: Kiosk, t: T) -> str:
    """ "12 Personen warten, 20 bis 35 Minuten": all offices of the area together.

    With several offices a common range would be true for nobody; the next page has the figure.
    """
    known = [live_of(ground).estimate(office.id) for office in kiosk.offices]
    waiting = sum(one.waiting for one in known if one is not None)
    count = t("kiosk.start.waiting", n=waiting) if waiting else t("kiosk.start.nobody")
    ranges = [one.wait for one in known if one is not None]
    if len(kiosk.offices) == 1 and ranges and ranges[0] is not None:
        return f"{count}, {range_text(ranges[0], t)}"
    return count


async def outlook_for(ground: Ground, office: OfficeInfo, asked: tuple[Asked, ...]) -> Ahead:
    """What somebody who draws a number for this now may expect, from the picture in memory."""
    picture = await live_of(ground).office(office.id).current()
    return outlook_of_new(picture.state, office, asked)


def range_text(wait: Range, t: T) -> str:
    """ "20 bis 35 Minuten", "wenige Minuten", "länger als 90 Minuten"."""
    if wait.is_next:
        return t("kiosk.wait.soon")
    if wait.high_minutes is None:
        return t("kiosk.wait.long", low=wait.low_minutes)
    return t("common.range.minutes", low=wait.low_minutes, high=wait.high_minutes)


def clock_range_text(wait: Range, now: datetime, t: T) -> str:
    """ "11:02 bis 11:17 Uhr", "gleich", "nach 12:10 Uhr"."""
    if wait.is_next:
        return t("kiosk.wait.now")
    low = clock_text(now + timedelta(minutes=wait.low_minutes))
    if wait.high_minutes is None:
        return t("kiosk.wait.after", time=low)
    high = clock_text(now + timedelta(minutes=wait.high_minutes))
    return t("common.range.clock", low=low, high=high)
