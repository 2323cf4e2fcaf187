"""What the kiosk says about the time: the greeting, and whether the day is over. Pure.

Whether and when numbers are given out is found in `queue/drawing/walk_in.py`.
"""

from collections.abc import Iterable
from datetime import datetime

from ..core.formats import local, local_day
from ..office.directory import OfficeInfo
from ..office.rules import day_spans
from ..queue.drawing.walk_in import WalkIn


def is_today_over(offices: Iterable[OfficeInfo], now: datetime) -> bool:
    """Whether no office of the area opens any more today, not even for appointments."""
    today = local_day(now)
    return all(span.end <= now for office in offices for span in day_spans(office, today))


def start_state(walk_in: WalkIn, offices: Iterable[OfficeInfo], now: datetime) -> str:
    """All that decides what the start page looks like, as one word to compare."""
    return f"{walk_in.state}-{'over' if is_today_over(offices, now) else 'day'}"


def greeting_key(now: datetime) -> str:
    """`morning` until 11, `day` until 18, then `evening`, by the office's clock."""
    hour = local(now).hour
    return "morning" if hour < 11 else "day" if hour < 18 else "evening"
