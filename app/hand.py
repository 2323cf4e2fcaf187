"""What commands of the shell take in hand: the settings, and a runner beside a running server."""

import os
from collections.abc import Generator
from contextlib import closing, contextmanager

from ..core.clock import SystemClock
from ..core.database import Database
from ..core.errors import DomainError
from ..core.runner import Runner
from ..core.settings import Settings, require_known
from ..core.texts import own_texts
from .migrate import migrate
from .parts import REACTIONS


class NoDataError(RuntimeError):
    """There is nothing yet where the settings point; the sentence says where that is."""


def read_settings(**given: object) -> Settings:
    """The settings, with what the command line gives on top.

    Raises ValidationError, also for a variable that looks like a setting and is none.
    """
    require_known(os.environ)
    return Settings.model_validate({k: v for k, v in given.items() if v is not None})


@contextmanager
def at_hand(*, begins: bool = False) -> Generator[Runner]:
    """A runner for commands from the shell, on a migrated database; a server notices them.

    Only a command that `begins` makes a database where there is none; others raise NoDataError,
    for an empty one would deny what the right one has.
    """
    settings = read_settings()
    if not begins and not settings.database_url and not (settings.data_dir / "aufruf.db").exists():
        raise NoDataError(
            f"There is no database in {settings.data_dir.resolve()}. Please name the folder of your"
            " data: AUFRUF_DATA_DIR=/var/lib/aufruf on a server, AUFRUF_DATA_DIR=var/demo for the"
            " demo. A new one begins with “aufruf load FILE”."
        )
    with closing(Database(settings.database)) as database:
        migrate(database)
        yield Runner(database, SystemClock(), None, REACTIONS)


def sentence_of(error: DomainError) -> str:
    """A refusal as a person at the shell reads it, with its code and details."""
    t = own_texts(strict=False).in_language("en")
    said = t(f"errors.{error.code}.title", **error.details)
    told = f"; {error.details}" if error.details else ""
    return f"{said} ({error.code}{told})."
