"""How offices call, in files and on a page: who is right when a file is loaded again."""

import pytest

from aufruf.core.clock import FixedClock
from aufruf.core.database import Database
from aufruf.core.errors import DomainError
from aufruf.core.runner import Runner
from aufruf.office.calling import store as calling_store
from aufruf.office.calling.commands import change_calling, read_calling
from aufruf.office.calling.export import export_calling
from aufruf.office.calling.said import Value
from aufruf.office.directory import read_directory
from aufruf.office.files.loader import load_files
from aufruf.office.files.mistakes import WrongFilesError
from aufruf.office.files.sources import SourceFile
from aufruf.office.hours.from_files import Prefer
from aufruf.office.infos import OfficeInfo
from tests.factories import AMTAL

TEXT = AMTAL.read_text(encoding="utf-8")
HEAD = 'slug = "amtal-buergerbuero"\n'
SERVES = "counters.amtal-1.serves.abholung"


class Desk:
    """Files and the page of one office, on one database."""

    def __init__(self, runner: Runner, database: Database) -> None:
        self.runner = runner
        self.database = database
        self.load(TEXT)

    def load(self, text: str, calling: Prefer | None = None) -> None:
        self.runner.run_now((), load_files, [SourceFile("amtal.toml", text)], calling=calling)

    @property
    def office(self) -> OfficeInfo:
        return self.database.read_now(read_directory).office("amtal-buergerbuero")

    @property
    def version(self) -> int:
        return self.database.read_now(read_calling, self.office).version

    def page(self, **edit: Value) -> None:
        self.change(dict(edit))

    def change(self, edit: dict[str, Value], version: int | None = None) -> bool:
        office = self.office
        seen = self.version if version is None else version
        change = change_calling
        return self.runner.run_now(
            (office.id,), change, office_id=office.id, edit=edit, version=seen
        )


@pytest.fixture
def desk(runner: Runner, database: Database) -> Desk:
    return Desk(runner, database)


def said(line: str) -> str:
    """The file with a line more in its first office."""
    return TEXT.replace(HEAD, f"{HEAD}{line}\n", 1)


def at_counter(line: str, text: str = TEXT) -> str:
    """The file with a line more in its first counter."""
    return text.replace('slug = "amtal-1"\n', f'slug = "amtal-1"\n{line}\n', 1)


def test_load_that_says_the_same_leaves_what_a_page_set(desk: Desk) -> None:
    desk.change({"grace_minutes": 20, SERVES: False})
    desk.load(f"# again\n{TEXT}")
    office = desk.office
    assert (office.grace_minutes, office.head_start_minutes) == (20, 30)
    assert office.offer("abholung").id not in office.counter("amtal-1").offers


def test_file_and_page_that_change_different_settings_both_hold(desk: Desk) -> None:
    desk.page(grace_minutes=20)
    desk.load(said("head_start_minutes = 45"))
    assert (desk.office.grace_minutes, desk.office.head_start_minutes) == (20, 45)


def test_same_setting_changed_twice_is_refused_with_office_and_key(desk: Desk) -> None:
    desk.page(grace_minutes=20)
    changed = said("grace_minutes = 25")
    with pytest.raises(WrongFilesError) as refused:
        desk.load(changed)
    (mistake,) = refused.value.mistakes
    assert mistake.key == "offices[0].grace_minutes"
    assert "grace_minutes of amtal-buergerbuero was changed on its page" in mistake.reason
    assert desk.office.grace_minutes == 20
    desk.load(changed, "page")
    assert desk.office.grace_minutes == 20
    desk.load(changed)  # decided: the page's settings stay until the file says something new
    assert desk.office.grace_minutes == 20
    desk.load(changed, "file")
    assert desk.office.grace_minutes == 25


def test_counter_is_compared_service_by_service(desk: Desk) -> None:
    def served() -> set[str]:
        office = desk.office
        offers = office.counter("amtal-1").offers
        return {offer.service.slug for offer in office.offers if offer.id in offers}

    desk.change({SERVES: False})
    desk.load(at_counter('except_for = ["personalausweis"]'))
    assert served() == {"gewerbeanmeldung"}
    businesses, cards = (
        f"counters.amtal-1.serves.{one}" for one in ("gewerbeanmeldung", "personalausweis")
    )
    desk.change({SERVES: True, cards: True, businesses: False})
    desk.load(TEXT)
    assert served() == {"abholung", "personalausweis"}


def test_what_is_exported_loads_without_a_word(desk: Desk) -> None:
    desk.change({"head_start_minutes": 1440, SERVES: False, "tickets_per_day": 80})
    lines = export_calling(desk.runner, "amtal-buergerbuero").splitlines()
    counter = lines.index('# in its counter with slug = "amtal-1"')
    own, serves = lines[1:counter], lines[counter + 1]
    text = TEXT
    for old in ("recall_limit = 1\n", "recall_seconds = 0\n"):
        text = text.replace(old, "", 1)
    text = text.replace(HEAD, HEAD + "\n".join(own) + "\n", 1)
    before = desk.office
    desk.load(at_counter(serves, text))
    assert desk.office == before


def test_second_administrator_is_told_and_nothing_is_lost(desk: Desk) -> None:
    seen = desk.version
    assert desk.change({"grace_minutes": 20})
    with pytest.raises(DomainError) as refused:
        desk.change({"grace_minutes": 5}, seen)
    assert refused.value.code == "calling_outdated"
    assert desk.office.grace_minutes == 20
    assert not desk.change({"grace_minutes": 20})


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("head_start_minutes", 31),
        ("recall_limit", 0),
        ("offers.abholung.tickets_per_day", 1000),
        (SERVES, 3),
        ("counters.amtal-1.serves.raumschiff", True),
        ("slot_minutes", 15),
    ],
)
def test_value_that_cannot_be_changes_nothing(desk: Desk, key: str, value: Value) -> None:
    before = desk.office
    with pytest.raises(DomainError, match="invalid_value"):
        desk.change({key: value})
    assert desk.office == before


def test_history_says_when_and_what_and_never_who(desk: Desk, clock: FixedClock) -> None:
    desk.page(cutoff_minutes=30)
    desk.load(TEXT.replace("recall_limit = 1", "recall_limit = 2", 1))
    changes = desk.database.read_now(calling_store.changes_of, desk.office.id)
    assert [(one.at, one.source) for one in changes] == [
        (clock.now(), "amtal.toml"),
        (clock.now(), None),
    ]
    assert [(one.key, one.after) for change in changes for one in change.changed] == [
        ("recall_limit", 2),
        ("cutoff_minutes", 30),
    ]


def test_new_database_remembers_what_its_files_said(desk: Desk, database: Database) -> None:
    kept = database.read_now(calling_store.said_by_files, desk.office.id)
    assert kept is not None
    assert (kept["head_start_minutes"], kept[SERVES]) == (30, True)
