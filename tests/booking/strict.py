"""The small house with all that an office may ask for: limits, questions, the link in the mail."""

from aufruf.core.clock import Clock
from aufruf.core.database import Database
from aufruf.office.files.sources import SourceFile
from tests.factories import AMTAL, House, load_texts

_EMAIL = 'email = "buergerbuero@amtal.example"\n'
_ASKED = """
phone = "06081 1024-0"
limit_per_email = 2
limit_per_phone = 1
limit_exempt = ["@autohaus.example", "chef@laden.example", "06081555"]
questions = [
  { label = "Kommen Sie mit einem Kind?", label_en = "Will you bring a child?", required = true },
  { label = "Brauchen Sie Hilfe beim Ausfüllen?" },
]
"""
_REGISTRY = 'email = "standesamt@amtal.example"\n'


def strict_house(database: Database, clock: Clock, *, questions: bool = True) -> House:
    """Limits at the citizen office, and its questions; the registry confirms by e-mail."""
    text = AMTAL.read_text(encoding="utf-8")
    asked = _ASKED if questions else _ASKED.partition("questions")[0]
    assert _EMAIL in text
    assert _REGISTRY in text
    text = text.replace(_EMAIL, _EMAIL + asked.lstrip(), 1)
    text = text.replace(_REGISTRY, _REGISTRY + "confirm_by_email = true\n", 1)
    return load_texts(database, clock, SourceFile("amtal.toml", text))
