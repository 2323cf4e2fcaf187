"""How long a ticket waited, was called, was served and was put aside, from its events. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from .store import Forecast, Happened

# Where an event leaves a ticket; what is not here leaves it where it was.
_AFTER: Mapping[str, str] = {
    "TicketIssued": "waiting",
    "TicketCalled": "called",
    "ServiceStarted": "serving",
    "TicketFinished": "finished",
    "TicketMissed": "no_show",
    "TicketPutBack": "waiting",
    "TicketReturned": "waiting",
    "TicketParked": "parked",
    "TicketResumed": "waiting",
    "TicketTransferred": "waiting",
    "TicketLeft": "cancelled",
    "TicketDiscarded": "cancelled",
    "TicketRebooked": "cancelled",
    "TicketExpired": "expired",
}
MEASURED = ("waiting", "called", "serving", "parked")


@dataclass(frozen=True, slots=True)
class Spans:
    """Minutes in each state, rounded; `called_after` is from drawing to the first call."""

    minutes: Mapping[str, int]
    called_after: float | None


def spans_of(drawn_at: datetime, events: Iterable[Happened], now: datetime) -> Spans:
    """Sums over all turns, up to now where it still goes on."""
    totals = dict.fromkeys(MEASURED, timedelta())
    state, since = "waiting", drawn_at
    first_call: datetime | None = None
    for event in events:
        following = _after(event, state)
        if state in totals:
            totals[state] += max(event.at - since, timedelta())
        state, since = following, max(event.at, drawn_at)
        if event.type == "TicketCalled" and first_call is None:
            first_call = event.at
    if state in totals:
        totals[state] += max(now - since, timedelta())
    minutes = {name: round(total.total_seconds() / 60) for name, total in totals.items()}
    after = None if first_call is None else (first_call - drawn_at).total_seconds() / 60
    return Spans(minutes, after)


def verdict(forecast: Forecast, called_after: float | None) -> str | None:
    """Whether the range held: "within", "earlier", "later"; None before the first call."""
    if called_after is None:
        return None
    if called_after < forecast.low_minutes:
        return "earlier"
    high = forecast.high_minutes
    return "within" if high is None or called_after <= high else "later"


def _after(event: Happened, state: str) -> str:
    if event.type == "StepUndone":
        return str(event.data.get("status", state))
    return _AFTER.get(event.type, state)
