"""Each event of a ticket as a readable sentence: what, where, never who. Pure.

Events of older and newer versions are read too: what is missing is left out, what is unknown is
named as such. So this reads the log's data, not the classes of `events.py`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from ...core.errors import DomainError
from ...core.formats import clock_text, listed
from ...core.texts import T
from ...office.directory import Directory
from .store import Happened

Data = Mapping[str, object]


@dataclass(frozen=True)
class Teller:
    """Tells in one language, with the names of offices, counters and services of today."""

    t: T
    directory: Directory

    def tell(self, happened: Happened) -> str:
        """One sentence, or two; never empty."""
        data, variant = happened.data, _VARIANTS.get(happened.type, lambda _: "")
        key = f"life.event.{happened.type}{variant(data)}"
        if happened.type not in _KNOWN or key not in self.t:
            return self.t("life.event.unknown", type=happened.type)
        said = self.t(key, **self._values(happened))
        return f"{said} {self._more(happened)}".rstrip()

    def _values(self, happened: Happened) -> dict[str, object]:
        data = happened.data
        return {
            "counter": self._counter(data),
            "services": self._services(data.get("services")),
            "start": _clock(data.get("appointment_start")),
            "until": _clock(data.get("not_before")),
            "rank": _clock(data.get("rank")),
            "target": self._target(data),
            "step": self._step(data),
            "persons": data.get("persons", 1),
        }

    def _more(self, happened: Happened) -> str:
        """What is told only where the event says it."""
        data, more = happened.data, list[str]()
        if rendered := data.get("rendered"):
            more.append(self.t("life.rendered", services=self._rendered(rendered)))
        if happened.type == "TicketTransferred" and data.get("not_before"):
            more.append(self.t("life.not_before", until=_clock(data.get("not_before"))))
        if happened.type == "TicketIssued" and data.get("rank"):
            more.append(self.t("life.rank", rank=_clock(data.get("rank"))))
        return " ".join(more)

    def _counter(self, data: Data) -> str:
        counter_id = data.get("counter_id")
        known = self.directory.counters.get(counter_id) if isinstance(counter_id, int) else None
        if known is not None:
            return f"{known.word_in(self.t.language)} {known.label}"
        return str(data.get("counter") or self.t("life.some_counter"))

    def _target(self, data: Data) -> str:
        counter_id, office_id = data.get("to_counter_id"), data.get("to_office_id")
        if isinstance(counter_id, int):
            return self._counter({"counter_id": counter_id})
        office = self.directory.offices.get(office_id) if isinstance(office_id, int) else None
        return self.t("life.some_office") if office is None else office.name

    def _service(self, slug: object) -> str:
        try:
            return self.directory.service(str(slug)).name_in(self.t.language)
        except DomainError:
            return str(slug)

    def _services(self, slugs: object) -> str:
        named = cast("list[object]", slugs) if isinstance(slugs, list) else []
        return listed(map(self._service, named), self.t.language)

    def _rendered(self, rendered: object) -> str:
        done = cast("list[Data]", rendered) if isinstance(rendered, list) else []
        said: list[str] = []
        for one in done:
            count, name = one.get("count", 1), self._service(one.get("service", ""))
            said.append(name if count == 1 else f"{name} × {count}")
        return listed(said, self.t.language)

    def _step(self, data: Data) -> str:
        key = f"life.step.{data.get('undone')}"
        return self.t(key if key in self.t else "life.step.other")


def _clock(value: object) -> str:
    return clock_text(datetime.fromisoformat(value)) if isinstance(value, str) else ""


def _issued(data: Data) -> str:
    if data.get("appointment_start"):
        return "_appointment" if data.get("channel", "on_site") == "on_site" else "_remote"
    if data.get("paper"):
        return "_paper"
    return "" if data.get("channel", "on_site") == "on_site" else "_back_office"


def _called(data: Data) -> str:
    if data.get("recall_of"):
        return "_again"
    if data.get("silent"):
        return "_silent"
    return "_manual" if data.get("manual") else ""


def _left(data: Data) -> str:
    if data.get("because"):
        return f"_{data['because']}"
    return "_counter" if data.get("counter_id") else ""


def _flag(name: str) -> Callable[[Data], str]:
    return lambda data: f"_{name}" if data.get(name) else ""


def _at_counter(data: Data) -> str:
    return "_counter" if data.get("counter_id") else ""


_VARIANTS: Mapping[str, Callable[[Data], str]] = {
    "TicketIssued": _issued,
    "TicketCalled": _called,
    "TicketFinished": _flag("by_system"),
    "TicketMissed": _flag("by_system"),
    "TicketPutBack": _flag("by_holder"),
    "TicketParked": _flag("personal"),
    "TicketLeft": _left,
    "TicketRanked": _flag("priority"),
    "TicketReturned": _at_counter,
    "TicketResumed": _at_counter,
    "CounterReminded": lambda data: f"_{data.get('about')}",
}
_KNOWN = frozenset({
    "TicketIssued", "TicketCalled", "ServiceStarted", "TicketFinished", "TicketMissed",
    "TicketPutBack", "TicketReturned", "TicketParked", "TicketResumed", "TicketTransferred",
    "TicketDelayed", "TicketOnTheWay", "TicketLeft", "TicketDiscarded", "TicketRebooked",
    "TicketChanged", "TicketJoined", "TicketRanked", "TicketNoted", "TicketHandedOver",
    "CounterReminded", "TicketExpired", "StepUndone",
})  # fmt: skip
