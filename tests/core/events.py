"""An event and a command that only tests know."""

from aufruf.core.events import Event
from aufruf.core.tx import Tx


class BellRung(Event):
    nth: int


def ring(tx: Tx, *, office_id: int = 1, nth: int = 0) -> int:
    tx.emit(office_id, BellRung(nth=nth))
    return nth
