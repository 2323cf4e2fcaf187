"""Files and pages say hours of the same offices: what a load changes, leaves, and refuses."""

from datetime import date

import pytest
from sqlalchemy import select

from aufruf.core.clock import FixedClock
from aufruf.core.database import Database
from aufruf.core.errors import DomainError
from aufruf.core.runner import Runner
from aufruf.core.tx import Tx
from aufruf.office import models
from aufruf.office.changes import OpeningRulesChanged
from aufruf.office.directory import current_directory, read_directory
from aufruf.office.files.loader import Loaded, load_files
from aufruf.office.files.mistakes import WrongFilesError
from aufruf.office.files.sources import SourceFile
from aufruf.office.files.writing import table_of
from aufruf.office.hours.commands import change_hours, read_hours
from aufruf.office.hours.edit import Hours, HoursEdit, edit_back, end_after, replace_from
from aufruf.office.hours.export import export_hours
from aufruf.office.hours.from_files import Prefer
from aufruf.office.hours.history import Change, changes_of
from aufruf.office.hours.said import read_closure, read_rule, say_closure, say_rule
from aufruf.office.hours.special import open_specially
from aufruf.office.infos import OfficeInfo
from tests.factories import AMTAL, House, make_house
from tests.office.test_hours_files import RICH, with_rules

TEXT = AMTAL.read_text(encoding="utf-8")
OFFICE = "amtal-buergerbuero"
SUNDAY = date(2026, 11, 29)
WEDNESDAY = date(2026, 12, 2)
SHORTER = TEXT.replace('to = "18:00"', 'to = "16:00"', 1)


class Office:
    """The citizen office as a page and as files change it."""

    def __init__(self, database: Database, runner: Runner, house: House) -> None:
        self.database = database
        self.runner = runner
        self.staff = database.read_now(
            lambda conn: conn.execute(select(table_of(models.Staff).c.id)).scalars().first()
        )
        self.id = house.office.id

    @property
    def info(self) -> OfficeInfo:
        return self.database.read_now(read_directory).office(self.id)

    @property
    def hours(self) -> Hours:
        return self.database.read_now(read_hours, self.info)

    @property
    def changes(self) -> list[Change]:
        return self.database.read_now(changes_of, self.info, most=20)

    @property
    def closing(self) -> list[str]:
        return sorted({str(say_rule(rule)["to"]) for rule in self.hours.rules.values()})

    def page(self, edit: HoursEdit, version: int | None = None) -> None:
        self.runner.run_now(
            self.id,
            change_hours,
            office_id=self.id,
            edit=edit,
            version=self.hours.version if version is None else version,
            staff_id=self.staff or 0,
        )

    def change_to(self, closing: str) -> None:
        """On the page: everything else stays as it is."""
        ((number, rule),) = self.hours.rules.items()
        new = read_rule({**say_rule(rule), "to": closing})
        self.page(HoursEdit(frozenset({number}), (new,)))

    def load(self, text: str, hours: Prefer | None = None) -> Loaded:
        return self.runner.run_now((), load_files, [SourceFile("amtal.toml", text)], hours=hours)


@pytest.fixture
def office(database: Database, runner: Runner, clock: FixedClock) -> Office:
    return Office(database, runner, make_house(database, clock))


def test_what_a_page_changed_stays_when_its_file_is_loaded_again(office: Office) -> None:
    office.change_to("17:00")
    assert not office.load(TEXT).changed
    loaded = office.load(TEXT.replace("Bürgerbüro Amtal", "Bürgerservice"))
    assert (loaded.offices, office.info.name, office.closing) == (
        (OFFICE,), "Bürgerservice", ["17:00"]
    )  # fmt: skip
    page, file = office.changes
    assert (page.name, page.source, file.name, file.source) == (
        "Bernd Becker", None, None, "amtal.toml"
    )  # fmt: skip


def test_what_is_added_beside_a_file_stays_when_its_hours_change(office: Office) -> None:
    places = {office.info.main_pool.id: (1, 1)}
    office.runner.run_now(
        (), open_specially, office_id=office.id, day=SUNDAY, from_minute=600, to_minute=700,
        places=places,
    )  # fmt: skip
    closure = read_closure({"first_day": date(2026, 12, 3), "reason": "Umzug"})
    office.page(HoursEdit(add_closures=(closure,)))
    assert office.load(SHORTER).changed
    assert office.closing == ["11:40", "16:00"]
    assert [say_closure(one) for one in office.hours.closures.values()] == [say_closure(closure)]


def test_changed_hours_of_a_file_are_refused_where_a_page_changed_them_too(
    office: Office,
) -> None:
    office.change_to("17:00")
    with pytest.raises(WrongFilesError) as refused:
        office.load(SHORTER)
    assert str(refused.value) == (
        "amtal.toml: offices[0].opening: the page of amtal-buergerbuero says something else since"
        " the file was loaded; take it over with `aufruf hours export amtal-buergerbuero`, or load"
        " with --hours page to keep the page's hours, with --hours file to replace them"
    )
    assert office.closing == ["17:00"]
    assert not office.load(SHORTER, "page").changed
    assert office.closing == ["17:00"]
    assert office.load(SHORTER, "file").offices == (OFFICE,)
    assert office.closing == ["16:00"]


def test_added_hours_that_would_overlap_with_those_of_a_file_refuse_it(office: Office) -> None:
    evening = read_rule({"from": "18:00", "to": "19:00", "mode": "walk_in"})
    office.page(HoursEdit(add_rules=(evening,)))
    with pytest.raises(WrongFilesError, match="says something else"):
        office.load(TEXT.replace('to = "18:00"', 'to = "18:30"', 1))
    assert office.load(SHORTER).changed
    assert office.closing == ["16:00", "19:00"]


def test_file_may_follow_its_page(office: Office) -> None:
    office.load(with_rules(RICH), "file")
    rule = read_rule({"days": ["fri"], "from": "18:00", "to": "19:30", "mode": "walk_in"})
    office.page(HoursEdit(add_rules=(rule,)))
    said = export_hours(office.runner, OFFICE)
    head, _, rest = TEXT.partition("[[offices.opening]]")
    _, _, tail = rest.partition("[[offices.counters]]")
    followed = f"{head}{said}\n[[offices.counters]]{tail}"
    before = office.hours
    assert not office.load(followed).changed
    assert office.hours == before
    assert office.load(followed.replace('to = "19:30"', 'to = "20:00"')).offices == (OFFICE,)
    assert export_hours(office.runner, "amtal") == ""
    with pytest.raises(DomainError, match="unknown_office"):
        export_hours(office.runner, "nirgends")


def test_service_that_a_page_names_is_not_removed_by_a_file(office: Office) -> None:
    pick_up = read_rule(
        {"days": ["sun"], "from": "08:00", "to": "09:00", "mode": "walk_in",
         "services": ["abholung"]}
    )  # fmt: skip
    office.page(HoursEdit(add_rules=(pick_up,)))
    without = TEXT.replace('    { service = "abholung", letter = "L", minutes = 5 },\n', "")
    with pytest.raises(WrongFilesError) as refused:
        office.load(without)
    assert str(refused.value) == (
        "offer abholung of amtal-buergerbuero: "
        "is named in no file, but still used by: opening_rule_offer"
    )


def test_counter_may_get_another_slug_and_keep_its_label(office: Office) -> None:
    office.load(TEXT.replace('slug = "amtal-2"', 'slug = "amtal-zwei"'))
    assert {one.slug: one.label for one in office.info.counters} == {
        "amtal-1": "1", "amtal-zwei": "2"
    }  # fmt: skip


def test_who_changes_old_hours_is_told(office: Office) -> None:
    old = office.hours
    office.change_to("17:00")
    evening = read_rule({"from": "18:00", "to": "19:00", "mode": "walk_in"})
    with pytest.raises(DomainError, match="hours_outdated"):
        office.page(HoursEdit(add_rules=(evening,)), old.version)
    with pytest.raises(DomainError, match="hours_outdated"):
        office.page(HoursEdit(drop_rules=frozenset(old.rules)))
    assert office.closing == ["17:00"]


def test_closures_of_a_town_hold_for_its_offices_and_stand_in_their_history(
    office: Office,
) -> None:
    told: list[int] = []

    def note(tx: Tx, change: OpeningRulesChanged) -> None:
        assert current_directory(tx).office(change.office_id).closures
        told.append(change.office_id)

    clock = FixedClock(office.changes[0].at)
    office.runner = Runner(office.database, clock, None, {OpeningRulesChanged: note})
    closed = read_closure({"each_year": "24.12.", "reason": "Heiligabend"})
    both = [one.id for one in office.database.read_now(read_directory).offices_of(1)]
    edit = HoursEdit(add_town_closures=(closed,))
    office.runner.run_now(
        both, change_hours, office_id=office.id, edit=edit, version=office.hours.version,
        staff_id=office.staff or 0,
    )  # fmt: skip
    assert told == both
    assert office.changes[0].whose.municipality_id == 1
    assert not office.load(TEXT).changed
    (number,) = office.hours.town_closures
    back = edit_back(office.hours, office.changes[0], SUNDAY)
    assert back == HoursEdit(drop_closures=frozenset({number}), takes_back=office.changes[0].id)


def test_change_is_taken_back_whole_before_it_begins_and_from_then_on_later(
    office: Office,
) -> None:
    ((number, rule),) = office.hours.rules.items()
    new = read_rule({**say_rule(rule), "to": "17:00"})
    office.page(replace_from(number, rule, new, WEDNESDAY, SUNDAY))
    change = office.changes[0]
    back = edit_back(office.hours, change, WEDNESDAY)
    assert back is not None
    assert (back.add_rules, len(back.drop_rules)) == ((rule,), 2)
    later = edit_back(office.hours, change, date(2026, 12, 9))
    assert later is not None
    said = [(one.valid_from, one.valid_to, one.end) for one in later.add_rules]
    assert said == [
        (WEDNESDAY, date(2026, 12, 8), 17 * 60), (date(2026, 12, 9), None, 18 * 60)
    ]  # fmt: skip
    office.page(back)
    assert list(office.hours.rules.values()) == [rule]
    assert office.changes[0].takes_back == change.id
    assert edit_back(office.hours, change, WEDNESDAY) is None


def test_hours_end_without_losing_their_past(office: Office) -> None:
    ((number, rule),) = office.hours.rules.items()
    assert end_after(number, rule, SUNDAY).add_rules[0].valid_to == SUNDAY
    fortnight = read_rule({**say_rule(rule), "valid_from": "2026-11-30", "every_weeks": 2})
    assert end_after(7, fortnight, SUNDAY) == HoursEdit(drop_rules=frozenset({7}))
    same = replace_from(7, fortnight, fortnight, date(2026, 12, 9), WEDNESDAY)
    assert [say_rule(one) for one in same.add_rules] == [say_rule(fortnight)]
    other = read_rule({**say_rule(fortnight), "to": "17:00"})
    edit = replace_from(7, fortnight, other, date(2026, 12, 9), WEDNESDAY)
    assert [one.valid_from for one in edit.add_rules] == [date(2026, 11, 30), date(2026, 12, 14)]
