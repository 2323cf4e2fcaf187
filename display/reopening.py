"""When an office opens next, for the dark screen of an empty house. Pure but for its memory."""

from datetime import datetime, timedelta

from ..core.formats import local_day
from ..office.infos import OfficeInfo
from ..office.rules import day_spans

# Beyond that a screen says nothing: nobody waits before a door for two weeks.
DAYS_AHEAD = 14


def opens_next(office: OfficeInfo, now: datetime, *, today: bool = True) -> datetime | None:
    """The next beginning of opening hours after `now`, from tomorrow on without `today`."""
    first = local_day(now)
    days = (first + timedelta(days=n) for n in range(0 if today else 1, DAYS_AHEAD))
    starts = (span.start for day in days for span in day_spans(office, day))
    return next((start for start in starts if start > now), None)


class Reopenings:
    """The same, reckoned once for as long as it holds: it is asked every two seconds, all night."""

    def __init__(self) -> None:
        self._known: dict[int, tuple[object, datetime | None]] = {}

    def of(self, office: OfficeInfo, now: datetime, *, today: bool) -> datetime | None:
        """When the office opens next, not today any more when it closed early."""
        holds = (office, local_day(now), today)
        known = self._known.get(office.id)
        if known is None or known[0] != holds or (known[1] is not None and known[1] <= now):
            known = (holds, opens_next(office, now, today=today))
            self._known[office.id] = known
        return known[1]
