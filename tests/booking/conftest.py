"""Fixtures of this part: the small house and short words for what one does in it."""

import pytest

from aufruf.booking.change import recount_days
from aufruf.core.clock import FixedClock
from aufruf.core.database import Database
from aufruf.core.runner import Runner
from aufruf.office.changes import OpeningRulesChanged
from tests.booking.desk import Desk
from tests.factories import House, make_house


@pytest.fixture
def house(database: Database, clock: FixedClock) -> House:
    return make_house(database, clock)


@pytest.fixture
def runner(database: Database, clock: FixedClock) -> Runner:
    return Runner(database, clock, None, {OpeningRulesChanged: recount_days})


@pytest.fixture
def desk(database: Database, runner: Runner, house: House) -> Desk:
    """The citizen office: 8:00-18:00, two of three places for the public, one for business."""
    return Desk(database, runner, house)
