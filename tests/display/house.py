"""The small house whose two offices share a room, and here a service as well."""

from aufruf.core.clock import FixedClock
from aufruf.core.database import Database
from aufruf.office.files.sources import SourceFile
from tests.conftest import START
from tests.factories import AMTAL, load_texts

ONE_OFFER = "offers = [{ service ="
TWO_OFFERS = 'offers = [{ service = "personalausweis", letter = "K", minutes = 15 }, { service ='


def shared_house(**changes: str) -> SourceFile:
    """Its file; `changes` replace texts of it, for a house that is altered later."""
    text = AMTAL.read_text(encoding="utf-8").replace(ONE_OFFER, TWO_OFFERS)
    for before, after in changes.items():
        assert before in text
        text = text.replace(before, after)
    return SourceFile("amtal.toml", text)


def build(database: Database) -> None:
    load_texts(database, FixedClock(START), shared_house())
