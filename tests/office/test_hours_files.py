"""Opening rules and closures in files: what may be said, what is refused, what arrives."""

from datetime import date

import pytest
from sqlalchemy import insert
from sqlalchemy.exc import IntegrityError

from aufruf.core.clock import FixedClock
from aufruf.core.database import Database
from aufruf.office.files.sources import SourceFile
from aufruf.office.files.writing import table_of
from aufruf.office.hours import models as hours_models
from aufruf.office.hours.dates import easter
from aufruf.office.infos import OfficeInfo
from aufruf.office.rules import closed_reason, closed_reason_at, day_spans
from tests.booking.desk import at
from tests.factories import AMTAL, load_texts
from tests.office.test_mistakes import mistakes_in

TEXT = AMTAL.read_text(encoding="utf-8")
RICH = """[[offices.opening]]
days = ["sat"]
nth = [1, "last"]
from = "09:00"
to = "13:00"
mode = "mixed"
places = { public = 2, total = 3, held_back = 1 }
release_hours = 48
slot_minutes = 20
horizon_days = 30
breaks = [{ from = "10:30", to = "10:45" }]

[[offices.opening]]
days = ["sun"]
from = "09:00"
to = "10:00"
mode = "walk_in"
services = ["abholung"]
valid_from = 2026-11-01
every_weeks = 2

[[offices.closures]]
usual = "fastnachtsdienstag"

[[offices.closures]]
each_year = "27.12."
days = 6
reason = "Zwischen den Jahren"

[[offices.closures]]
usual = "brueckentage"
reason = "Geschlossen"

[[offices.closures]]
usual = "personalversammlung"
first_day = 2026-12-03
from = "10:00"
to = "12:00"

[[offices.counters]]"""


def with_rules(text: str) -> str:
    """The small house with more hours in its first office."""
    assert text.endswith("[[offices.counters]]")
    return TEXT.replace("[[offices.counters]]", text, 1)


@pytest.fixture
def office(database: Database, clock: FixedClock) -> OfficeInfo:
    return load_texts(database, clock, SourceFile("amtal.toml", with_rules(RICH))).office


def test_everything_said_about_a_rule_arrives(office: OfficeInfo) -> None:
    (saturday,) = (rule for rule in office.rules if 5 in rule.weekdays and 4 not in rule.weekdays)
    (sunday,) = (rule for rule in office.rules if 6 in rule.weekdays)
    main = office.main_pool.id
    assert (saturday.nth, saturday.breaks) == (frozenset({1, -1}), ((630, 645),))
    assert (saturday.slot_minutes, saturday.horizon_days, saturday.release_hours) == (20, 30, 48)
    assert (saturday.places, saturday.held_back) == ({main: (2, 3)}, {main: 1})
    assert (saturday.every_weeks, saturday.offers) == (1, None)
    assert (sunday.every_weeks, sunday.offers) == (2, frozenset({office.offer("abholung").id}))


def test_days_are_those_the_rules_say(office: OfficeInfo) -> None:
    saturdays = [day for day in (5, 12, 19, 26) if day_spans(office, date(2026, 12, day))]
    assert saturdays == [5]  # the 26th is the last, and a holiday
    assert [d for d in (1, 8, 15, 22, 29) if day_spans(office, date(2026, 11, d))] == [1, 15, 29]
    spans = day_spans(office, date(2026, 11, 28))
    day = date(2026, 11, 28)
    assert [(span.start, span.end) for span in spans] == [
        (at("09:00", day), at("10:30", day)),
        (at("10:45", day), at("13:00", day)),
    ]


def test_closures_come_each_year_and_for_part_of_a_day(office: OfficeInfo) -> None:
    shrove = date(2027, 2, 9)
    assert [(span.start, span.end) for span in day_spans(office, shrove)] == [
        (at("08:00", shrove), at("12:00", shrove))
    ]
    assert closed_reason(office, shrove, "de") is None
    assert closed_reason_at(office, at("11:00", shrove), "de") is None
    assert closed_reason_at(office, at("13:00", shrove), "de") == "Fastnachtsdienstag"
    assert closed_reason_at(office, at("13:00", shrove), "en") == "Shrove Tuesday"
    for year in (2026, 2027, 2030):
        assert closed_reason(office, date(year, 12, 30), "de") == "Zwischen den Jahren"
    assert closed_reason(office, date(2027, 5, 7), "en") == "Geschlossen"
    assert len(day_spans(office, date(2026, 12, 3))) == 2


def test_hours_said_again_keep_their_rows_and_others_go(
    database: Database, clock: FixedClock
) -> None:
    def load(text: str) -> OfficeInfo:
        return load_texts(database, clock, SourceFile("amtal.toml", text)).office

    before = load(with_rules(RICH))
    assert load("# again\n" + with_rules(RICH)) == before
    shorter = load(with_rules(RICH.replace("breaks = [", "# breaks = [")))
    ids = {rule.id for rule in before.rules} & {rule.id for rule in shorter.rules}
    assert len(ids) == len(before.rules) - 1
    assert len(load(TEXT).rules) == 1
    assert load(TEXT).closures == ()


# (what stands above, what is written instead, key below the office, reason)
WRONG = [
    ('nth = [1, "last"]', "nth = [6]", "opening[1].nth[0]", 'must be 1, 2, 3, 4, 5 or "last"'),
    ('nth = [1, "last"]', "nth = [true]", "opening[1].nth[0]", 'must be 1, 2, 3, 4, 5 or "last"'),
    ("held_back = 1", "held_back = 3", "opening[1].places",
     "places held back cannot exceed the public ones"),
    (", held_back = 1", "", "opening[1]", "held_back places and release_hours belong together"),
    ("release_hours = 48\n", "", "opening[1]",
     "held_back places and release_hours belong together"),
    ("slot_minutes = 20", "slot_minutes = 7", "opening[1].slot_minutes",
     "must be a multiple of 5"),
    ('to = "10:45"', 'to = "13:00"', "opening[1]",
     "breaks must lie within the hours, one after the other"),
    ('to = "10:45"', 'to = "10:15"', "opening[1].breaks[0]", "must end after it begins"),
    ('["abholung"]', '["angeln"]', "opening[2].services[0]",
     'there is no offer of this office for "angeln"'),
    ('["abholung"]', "[]", "opening[2].services", "must not be empty"),
    ("valid_from = 2026-11-01\n", "", "opening[2]",
     "every_weeks needs valid_from: its week is the first"),
    ("every_weeks = 2", "every_weeks = 0", "opening[2].every_weeks", "must be at least 1"),
    ('services = ["abholung"]', "slot_minutes = 10", "opening[2]",
     "hours for walk-ins alone have nothing to book"),
    ('"fastnachtsdienstag"', '"aschermittwoch"', "closures[0].usual",
     ("must be one of 'heiligabend', 'silvester', 'rosenmontag', 'fastnachtsdienstag', "
      "'brueckentage' or 'personalversammlung'")),
    ('usual = "fastnachtsdienstag"', 'usual = "fastnachtsdienstag"\neaster = 1', "closures[0]",
     '"fastnachtsdienstag" says by itself when it is'),
    ('each_year = "27.12."', 'each_year = "31.04."', "closures[1].each_year",
     'must be a day of the year like "24.12."'),
    ('each_year = "27.12."', "each_year = 2026-12-27", "closures[1].each_year",
     'must be a day of the year like "24.12."'),
    ('each_year = "27.12."\n', "", "closures[1]",
     "says when in one way: first_day, each_year, easter, bridge_days or usual"),
    ('each_year = "27.12."', 'each_year = "27.12."\neaster = -48', "closures[1]",
     "says when in one way: first_day, each_year, easter, bridge_days or usual"),
    ('reason = "Zwischen den Jahren"\n', "", "closures[1]", "needs a reason"),
    ("first_day = 2026-12-03\n", "", "closures[3]",
     "says when in one way: first_day, each_year, easter, bridge_days or usual"),
    ("first_day = 2026-12-03", "first_day = 2026-12-03\ndays = 2", "closures[3]",
     "days belongs to each_year or easter; else say last_day"),
    ('to = "12:00"', 'to = "09:00"', "closures[3]", "must end after it begins"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "key", "reason"), WRONG)
def test_mistake_in_hours_is_named(old: str, new: str, key: str, reason: str) -> None:
    assert old in RICH
    assert mistakes_in(with_rules(RICH.replace(old, new, 1))) == [
        f"amtal.toml: offices[0].{key}: {reason}"
    ]


def test_these_hours_have_no_mistake() -> None:
    assert mistakes_in(with_rules(RICH)) == []


PICK_UP = 'days = ["mon"]\nfrom = "09:00"\nto = "11:00"\n'


@pytest.mark.parametrize(
    ("one", "other", "meet"),
    [
        ("nth = [1]", "nth = [2]", False),
        ("nth = [4]", 'nth = ["last"]', True),
        ("nth = [3]", 'nth = ["last"]', False),
        ("valid_from = 2026-11-02\nevery_weeks = 2", "valid_from = 2026-11-11\nevery_weeks = 2",
         False),
        ("valid_from = 2026-11-02\nevery_weeks = 2", "valid_from = 2026-11-11\nevery_weeks = 3",
         True),
        ('services = ["abholung"]', 'services = ["personalausweis"]', False),
        ('services = ["abholung"]', 'services = ["personalausweis", "abholung"]', True),
        ('services = ["abholung"]', "", True),
        ('breaks = [{ from = "09:30", to = "10:00" }]', "", True),
    ],
)  # fmt: skip
def test_hours_overlap_only_where_they_meet(one: str, other: str, meet: bool) -> None:
    hours = "[[offices.opening]]\n" + PICK_UP.replace("mon", "sat") + 'mode = "walk_in"\n'
    text = with_rules(f"{hours}{one}\n\n{hours}{other}\n\n[[offices.counters]]")
    expected = ["amtal.toml: offices[0].opening[2]: overlaps opening[1]"] if meet else []
    assert mistakes_in(text) == expected


def test_pick_up_without_appointment_may_lie_over_appointments() -> None:
    appointments = with_rules(
        f'[[offices.opening]]\n{PICK_UP}mode = "walk_in"\nservices = ["abholung"]\n\n'
        "[[offices.counters]]"
    ).replace('mode = "mixed"', 'mode = "appointment"', 1)
    assert mistakes_in(appointments) == []


RULE = {
    "office_id": 1, "weekdays": [0], "from_minute": 480, "to_minute": 720, "mode": "walk_in",
    "special": False, "every_weeks": 1, "nth": [],
}  # fmt: skip
CLOSURE = {"office_id": 1, "kind": "bridge", "days": 1, "from_minute": 0, "to_minute": 1440}


@pytest.mark.parametrize(
    ("model", "row"),
    [
        (hours_models.OpeningRule, RULE | {"every_weeks": 2}),
        (hours_models.OpeningRule, RULE | {"slot_minutes": 7}),
        (hours_models.OpeningRule, RULE | {"release_hours": 0}),
        (hours_models.Closure, CLOSURE | {"reason": "x", "kind": "once"}),
        (hours_models.Closure, CLOSURE | {"reason": "x", "kind": "each_year", "month": 12}),
        (hours_models.Closure, CLOSURE | {"reason": "x", "easter_offset": -48}),
        (hours_models.Closure, CLOSURE | {"reason": "x", "from_minute": 720, "to_minute": 720}),
    ],
)
def test_tables_refuse_hours_that_mean_nothing(
    database: Database,
    clock: FixedClock,
    model: type[hours_models.OpeningRule],
    row: dict[str, object],
) -> None:
    load_texts(database, clock, SourceFile("amtal.toml", TEXT))
    with pytest.raises(IntegrityError), database.write_engine.begin() as conn:
        conn.execute(insert(table_of(model)).values(row))


def test_easter_is_where_the_almanac_has_it() -> None:
    assert [easter(year) for year in (2024, 2026, 2027, 2038, 2049)] == [
        date(2024, 3, 31), date(2026, 4, 5), date(2027, 3, 28), date(2038, 4, 25),
        date(2049, 4, 18),
    ]  # fmt: skip
