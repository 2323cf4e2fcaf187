"""Loading master data: once, twice, changed, taken away; on both engines."""

from datetime import date

import pytest
from sqlalchemy import Connection, func, insert, select
from sqlmodel import col

from aufruf.core.clock import FixedClock
from aufruf.core.database import Database
from aufruf.core.hub import Hub
from aufruf.core.models import EventRow
from aufruf.core.runner import Runner
from aufruf.core.tx import Tx
from aufruf.office.changes import OpeningRulesChanged
from aufruf.office.directory import Directory, current_directory, read_directory
from aufruf.office.events import DirectoryChanged
from aufruf.office.files.loader import Loaded, load_files, load_paths
from aufruf.office.files.mistakes import WrongFilesError
from aufruf.office.files.sources import SourceFile, example_sources
from aufruf.office.models import CounterOffer, LoadedFile, StaffRole
from aufruf.queue.models import CounterState
from tests.factories import AMTAL, load_example, make_house

TEXT = AMTAL.read_text(encoding="utf-8")


def changed(old: str, new: str) -> SourceFile:
    """The small house with a difference."""
    assert old in TEXT
    return SourceFile("amtal.toml", TEXT.replace(old, new, 1))


def count_events(conn: Connection) -> int:
    return conn.execute(select(func.count()).select_from(EventRow)).scalar_one()


def test_loading_twice_changes_nothing(
    database: Database, runner: Runner, clock: FixedClock
) -> None:
    before = make_house(database, clock).directory
    events = database.read_now(count_events)
    again = runner.run_now((), load_files, [SourceFile("amtal.toml", TEXT)])
    commented = runner.run_now((), load_files, [SourceFile("amtal.toml", TEXT + "\n# seen\n")])
    assert again == Loaded(1)
    assert (commented.version, commented.changed) == (1, False)
    assert database.read_now(read_directory) == before
    assert database.read_now(count_events) == events


def test_loading_twice_the_four_towns_changes_nothing(
    database: Database, runner: Runner, clock: FixedClock
) -> None:
    before = load_example(database, clock).directory
    files = [SourceFile(file.name, f"# again\n{file.text}") for file in example_sources()]
    assert not runner.run_now((), load_files, files).changed
    assert database.read_now(read_directory) == before


def test_a_changed_file_changes_what_changed_and_keeps_ids(
    database: Database, runner: Runner, clock: FixedClock
) -> None:
    before = make_house(database, clock).directory
    loaded = runner.run_now((), load_files, [changed("Bürgerbüro Amtal", "Bürgerservice")])
    after = database.read_now(read_directory)
    assert (loaded.version, loaded.offices) == (2, ("amtal-buergerbuero",))
    assert after.office("amtal-buergerbuero").name == "Bürgerservice"
    assert after.office("amtal-buergerbuero").id == before.office("amtal-buergerbuero").id
    assert after.office("amtal-standesamt") == before.office("amtal-standesamt")


def test_counters_may_swap_their_labels(
    database: Database, runner: Runner, clock: FixedClock
) -> None:
    make_house(database, clock)
    swapped = TEXT.replace('label = "1"', 'label = "?"').replace('label = "2"', 'label = "1"')
    runner.run_now((), load_files, [SourceFile("amtal.toml", swapped.replace('"?"', '"2"'))])
    after = database.read_now(read_directory)
    assert [after.counter(slug).label for slug in ("amtal-1", "amtal-2")] == ["2", "1"]


def test_what_no_file_names_any_longer_is_removed(
    database: Database, runner: Runner, clock: FixedClock
) -> None:
    make_house(database, clock)
    runner.run_now((), load_files, [without("[[offices.counters]]", "amtal-2")])
    after = database.read_now(read_directory)
    assert sorted(counter.slug for counter in after.counters.values()) == ["amtal-1", "amtal-12"]


def test_what_is_still_used_is_refused_and_stays(
    database: Database, runner: Runner, clock: FixedClock
) -> None:
    before = make_house(database, clock).directory
    runner.run_now((), use_counter, counter_id=before.counter("amtal-2").id)
    with pytest.raises(WrongFilesError) as refused:
        runner.run_now((), load_files, [without("[[offices.counters]]", "amtal-2")])
    assert str(refused.value) == (
        "counter amtal-2 of amtal-buergerbuero: "
        "is named in no file, but still used by: counter_state"
    )
    assert database.read_now(read_directory) == before
    assert database.read_now(loaded_text) == TEXT


def use_counter(tx: Tx, *, counter_id: int) -> None:
    state = {"counter_id": counter_id, "state": "open", "since": tx.now}
    tx.conn.execute(insert(CounterState).values(state))


def loaded_text(conn: Connection) -> str:
    return conn.execute(select(col(LoadedFile.text))).scalar_one()


def without(table: str, slug: str) -> SourceFile:
    """The small house without one table of an array."""
    head, _, rest = TEXT.partition(f'{table}\nslug = "{slug}"')
    _, _, tail = rest.partition("\n[[")
    return SourceFile("amtal.toml", f"{head}[[{tail}")


def test_a_file_alone_is_checked_together_with_those_loaded_before(
    database: Database, runner: Runner, clock: FixedClock
) -> None:
    load_example(database, clock)
    schmitten = next(file for file in example_sources() if file.name == "schmitten.toml")
    later = SourceFile(schmitten.name, schmitten.text.replace("08:30", "09:00", 1))
    assert runner.run_now((), load_files, [later]).offices == ("schmitten-buergerbuero",)
    with pytest.raises(WrongFilesError, match='there is no municipality "schmitten"'):
        runner.run_now((), load_files, [SourceFile("towns.toml", "")])


def test_reactions_follow_changed_hours_and_nothing_else(
    database: Database, clock: FixedClock
) -> None:
    told: list[int] = []

    def note(tx: Tx, change: OpeningRulesChanged) -> None:
        assert current_directory(tx).offices[change.office_id].rules
        told.append(change.office_id)

    runner = Runner(database, clock, None, {OpeningRulesChanged: note})
    runner.run_now((), load_files, [SourceFile("amtal.toml", TEXT)])
    assert told == [1, 2]
    runner.run_now((), load_files, [changed("Bürgerbüro Amtal", "Bürgerservice")])
    assert told == [1, 2]
    runner.run_now((), load_files, [changed('to = "18:00"', 'to = "17:00"')])
    assert told == [1, 2, 1]


def test_a_failing_reaction_leaves_everything_as_it_was(
    database: Database, runner: Runner, clock: FixedClock
) -> None:
    before = make_house(database, clock).directory

    def fail(tx: Tx, change: OpeningRulesChanged) -> None:
        current_directory(tx)
        raise RuntimeError(change.office_id)

    failing = Runner(database, clock, None, {OpeningRulesChanged: fail})
    file = changed('to = "18:00"', 'to = "17:00"')
    with pytest.raises(RuntimeError):
        failing.run_now((), load_files, [file])
    assert runner.run_now((), current_directory) == before
    other = changed('to = "18:00"', 'to = "16:00"')
    assert runner.run_now((), load_files, [other]).version == 2
    assert closing_minute(runner.run_now((), current_directory)) == 16 * 60


def closing_minute(directory: Directory) -> int:
    (rule,) = directory.office("amtal-buergerbuero").rules
    return rule.to_minute


async def test_a_running_server_notices(database: Database, clock: FixedClock) -> None:
    make_house(database, clock)
    hub = Hub(database)
    async with Runner(database, clock, hub, {}), hub.subscribe() as events:
        shell = Runner(database, clock, None, {})
        shell.run_now((), load_files, [changed("Bürgerbüro Amtal", "Bürgerservice")])
        (logged,) = await anext(aiter(events))
        assert logged.event == DirectoryChanged(version=2)


def test_devices_and_staff_are_added_and_changed_but_never_removed(
    database: Database, runner: Runner, clock: FixedClock
) -> None:
    make_house(database, clock)
    fewer = without("[[devices]]", "amtal-anzeige").text.replace(
        'clerk_of = ["amtal-buergerbuero", "amtal-standesamt"]', 'clerk_of = ["amtal-standesamt"]'
    )
    runner.run_now((), load_files, [SourceFile("amtal.toml", fewer)])
    assert database.read_now(read_directory).display("amtal-anzeige").kind == "display"
    assert database.read_now(count_roles) == 4


def count_roles(conn: Connection) -> int:
    return conn.execute(select(func.count()).select_from(StaffRole)).scalar_one()


def test_counters_serve_what_their_entry_says(
    database: Database, runner: Runner, clock: FixedClock
) -> None:
    house = make_house(database, clock)
    business = house.offer("gewerbeanmeldung").id
    assert business in house.counter("amtal-1").offers
    assert business not in house.counter("amtal-2").offers
    online = house.offer("wasserzaehler").id
    served = database.read_now(
        lambda conn: set(conn.execute(select(col(CounterOffer.offer_id))).scalars())
    )
    assert online not in served
    runner.run_now((), load_files, [changed('except_for = ["gewerbeanmeldung"]\n', "")])
    assert business in database.read_now(read_directory).counter("amtal-2").offers


def test_closures_of_the_municipality_hold_for_its_offices(
    database: Database, clock: FixedClock
) -> None:
    schmitten = load_example(database, clock).directory.office("schmitten-buergerbuero")
    assert {(each.first_day, each.easter_offset) for each in schmitten.closures} == {
        (None, -48), (date(2026, 12, 28), None), (date(2027, 12, 27), None)
    }  # fmt: skip
    assert len(schmitten.closures) == 3


def test_files_are_read_from_disk_by_name(database: Database, clock: FixedClock) -> None:
    runner = Runner(database, clock, None, {})
    assert load_paths(runner, [AMTAL]).offices == ("amtal-buergerbuero", "amtal-standesamt")
    with pytest.raises(WrongFilesError, match=r"nowhere\.toml: cannot be read"):
        load_paths(runner, [AMTAL.with_name("nowhere.toml")])
    with pytest.raises(WrongFilesError, match=r"amtal\.toml: is given twice"):
        load_paths(runner, [AMTAL, AMTAL])
