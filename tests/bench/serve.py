"""The child that is measured: `python -m tests.bench.serve SECONDS DESCRIPTOR`.

The house's own `serve` with the settings of its environment; only its clock is ahead by so many
seconds, so that the offices are open. The address is written to the descriptor once people can
come.
"""

import os
import sys
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from aufruf.app.main import create_app
from aufruf.app.serving import serve
from aufruf.core.logs import set_up
from aufruf.core.settings import Settings


@dataclass(frozen=True)
class ShiftedClock:
    """Real time, so much later or earlier."""

    by: timedelta

    def now(self) -> datetime:
        return datetime.now(UTC) + self.by


def main(ahead_seconds: float, descriptor: int) -> None:
    settings = Settings()
    set_up(settings.log_level)
    clock = ShiftedClock(timedelta(seconds=ahead_seconds))
    serve(
        settings,
        lambda these: create_app(these, clock),
        lambda address: print(address, file=os.fdopen(descriptor, "w"), flush=True),
    )


if __name__ == "__main__":
    main(float(sys.argv[1]), int(sys.argv[2]))
