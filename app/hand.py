"""What commands of the shell take in hand: the settings, and a runner beside a running server."""

import os
from collections.abc import Generator
from contextlib import closing, contextmanager

from ..core.clock import SystemClock
from ..core.database import Database
from ..core.runner import Runner
from ..core.settings import Settings, require_known
from .migrate import migrate
from .parts import REACTIONS


def read_settings(**given: object) -> Settings:
    """The settings, with what the command line gives on top.

    Raises ValidationError, also for a variable that looks like a setting and is none.
    """
    require_known(os.environ)
    return Settings.model_validate({k: v for k, v in given.items() if v is not None})


@contextmanager
def at_hand() -> Generator[Runner]:
    """A runner for commands from the shell, on a migrated database; a server notices them."""
    with closing(Database(read_settings().database)) as database:
        migrate(database)
        yield Runner(database, SystemClock(), None, REACTIONS)
