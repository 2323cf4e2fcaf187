"""What every handler and job stands on: settings, clock, database, runner, hub, texts, gate."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, cast

from jinja2 import Environment
from starlette.requests import HTTPConnection

from .clock import Clock
from .settings import Settings
from .texts import Texts

if TYPE_CHECKING:
    from .access import Gate
    from .database import Database
    from .hub import Hub
    from .runner import Runner
    from .signals import Signals


@dataclass
class Ground:
    """One process's ground, made by `app.main` and kept in the application's state.

    `parts` holds at most one live object of each part under the part's name (a feed, a cached
    directory); nothing else in the house is global.
    """

    settings: Settings
    clock: Clock
    database: "Database"
    runner: "Runner"
    hub: "Hub"
    signals: "Signals"
    texts: Texts
    templates: Environment
    gate: "Gate"
    secret_key: str = field(repr=False)
    parts: dict[str, object] = field(default_factory=dict[str, object])


def ground_of(connection: HTTPConnection) -> Ground:
    """The ground of the application that serves this request or socket."""
    return cast("Ground", connection.app.state.ground)
