"""Every kind of mistake in a file is named with the file, the key and the reason."""

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aufruf.core.clock import FixedClock
from aufruf.core.database import Database
from aufruf.core.runner import Runner
from aufruf.office.directory import read_directory
from aufruf.office.files.checks import find_mistakes, rhyming_letters
from aufruf.office.files.loader import load_files
from aufruf.office.files.mistakes import WrongFilesError
from aufruf.office.files.sources import SourceFile, parse_sources
from tests.factories import AMTAL

TEXT = AMTAL.read_text(encoding="utf-8")


def mistakes_in(text: str) -> list[str]:
    source = SourceFile("amtal.toml", text)
    try:
        return [str(mistake) for mistake in find_mistakes(parse_sources([source]))]
    except WrongFilesError as refused:
        return [str(mistake) for mistake in refused.mistakes]


# (what stands in the small house, what is written instead, key, reason)
WRONG = [
    ('from = "08:00"', 'from = "8 Uhr"', "offices[0].opening[0].from",
     'must be a time of day like "07:30"'),
    ('from = "08:00"', "from = 8", "offices[0].opening[0].from",
     'must be a time of day like "07:30"'),
    ('from = "08:00"', 'from = "08:02"', "offices[0].opening[0].from",
     "must be a multiple of 5 minutes"),
    ('from = "08:00"', 'from = "19:00"', "offices[0].opening[0]", "must end after it begins"),
    ('"wed", "thu"', '"wed", "wed"', "offices[0].opening[0]", "names a weekday twice"),
    ('"wed", "thu"', '"wed", "do"', "offices[0].opening[0].days[3]",
     "must be one of 'mon', 'tue', 'wed', 'thu', 'fri', 'sat' or 'sun'"),
    ('mode = "mixed"', 'mode = "walk_in"', "offices[0].opening[0]",
     "hours for walk-ins alone have no places"),
    ("places = { public = 2, total = 3 }\n", "", "offices[0].opening[0]",
     "hours with appointments need places"),
    ("public = 2", "public = 4", "offices[0].opening[0].places",
     "public places cannot exceed the total"),
    ("total = 3", "total = 100", "offices[0].opening[0].places.total", "must be at most 99"),
    ('mode = "mixed"', 'mode = "mixed"\nspecial = true', "offices[0].opening[0]",
     "special hours need valid_from and valid_to"),
    ('mode = "mixed"', 'mode = "mixed"\nvalid_from = "2026-01-01"',
     "offices[0].opening[0].valid_from", "must be a day like 2026-11-23, without quotation marks"),
    ('mode = "mixed"', 'mode = "mixed"\nvalid_from = 2026-02-01\nvalid_to = 2026-01-01',
     "offices[0].opening[0]", "valid_to lies before valid_from"),
    ("pools = { gewerbe = 1 }", "pools = { auto = 1 }", "offices[0].opening[0].pools.auto",
     'there is no pool "auto"'),
    ('letter = "A"', 'letter = "T"', "offices[0].offers[0].letter",
     "T marks appointments and cannot be the letter of a service"),
    ('letter = "A"', 'letter = "M"', "offices[0].offers[0].letter",
     "must be one of the letters A B C D E F G H J K L N R S U V X Y Z"),
    ('letter = "A", ', "", "offices[0].offers[0].letter", "is missing"),
    ('letter = "R"', 'letter = "L"', "offices[1].offers[0].letter",
     ('L belongs to "amtal-buergerbuero" in the same waiting area: take another letter, '
     "or set shared_letters = true there to draw from one range")),
    ("minutes = 15,", 'minutes = "15",', "offices[0].offers[0].minutes", "must be a whole number"),
    ("minutes = 15,", "minutes = 0,", "offices[0].offers[0].minutes", "must be at least 1"),
    ('service = "abholung"', 'service = "personalausweis"', "offices[0].offers[1].service",
     "is offered twice"),
    ('service = "abholung"', 'service = "angeln"', "offices[0].offers[1].service",
     'there is no service "angeln"'),
    ('pools = ["gewerbe"]', 'pools = ["trauzimmer"]', "offices[0].offers[2].pools[0]",
     'there is no pool "trauzimmer"'),
    ('online_url = "https://www.amtal.example/wasser"\n', "", "offices[0].offers[3].online_only",
     'needs an online_url at the service "wasserzaehler"'),
    ('online_url = "https://', 'online_url = "http://', "services[4].online_url",
     "must look like https://www.example.de/"),
    ('area = "amtal-rathaus"', 'area = "anderswo"', "offices[0].area",
     'there is no area "anderswo"'),
    ('municipality = "amtal"\narea', 'municipality = "bergdorf"\narea', "offices[0].area",
     "is in amtal, the office is not"),
    ('residents = ["amtal", "bergdorf"]', 'residents = ["amtal", "talheim"]',
     "offices[1].residents[1]", 'there is no municipality "talheim"'),
    ('label = "2"', 'label = "1"', "offices[0].counters[1].label",
     '"1" is already used in this office'),
    ('slug = "amtal-2"', 'slug = "amtal-1"', "offices[0].counters[1].slug",
     '"amtal-1" is already used in amtal.toml'),
    ('except_for = ["gewerbeanmeldung"]', 'except_for = ["angeln"]',
     "offices[0].counters[1].except_for[0]", 'there is no offer of this office for "angeln"'),
    ('arrow = "left"', 'arrow = "links"', "offices[0].counters[0].arrow",
     "must be one of 'left', 'right', 'ahead', 'up', 'down' or 'none'"),
    ('arrow = "left"', 'arrow = "left"\nexcept_for = ["gewerbeanmeldung"]',
     "offices[0].offers[2]", 'no counter serves "gewerbeanmeldung"'),
    ("recall_limit = 1", "head_start_minutes = 31", "offices[0].head_start_minutes",
     "must be 0 to 60 in steps of 5, or 1440 for appointments strictly first"),
    ("recall_limit = 1", "tickets_per_day = 1000", "offices[0].tickets_per_day",
     "must be at most 999"),
    ("recall_seconds = 0", 'calls_absent = "ja"', "offices[0].calls_absent",
     "must be true or false"),
    ("accessible = false", 'accessible = "nein"', "offices[1].counters[0].accessible",
     "must be true or false"),
    ('kind = "kiosk"', 'kind = "counter"', "devices[1]",
     'kind = "counter" needs a counter, the other kinds have none'),
    ('kind = "kiosk"', 'kind = "counter"\ncounter = "amtal-9"', "devices[1].counter",
     'there is no counter "amtal-9"'),
    ('clerk_of = ["amtal-buergerbuero"]', 'clerk_of = ["amt"]', "staff[0].clerk_of[0]",
     'there is no office "amt"'),
    ('login = "carla"', 'login = "bernd"', "staff[1].login", '"bernd" is already used'),
    ('login = "carla"', 'login = "Frau Carla"', "staff[1].login", "must look like b.becker"),
    ('postcode = "61999"', "postcode = 61999", "offices[0].postcode",
     "must be a text in quotation marks"),
    ('name = "Amtal"', 'name = ""', "municipalities[0].name", "must not be empty"),
    ('name = "Amtal"', f'name = "{"Amtal" * 30}"', "municipalities[0].name",
     "must have at most 120 characters"),
    ('name = "Amtal"', 'name = "Amtal"\ncolour = "blau"', "municipalities[0].colour",
     "is not a key known here"),
    ('state = "HE"', 'state = "XX"', "municipalities[0].state",
     ("must be one of 'BB', 'BE', 'BW', 'BY', 'HB', 'HE', 'HH', 'MV', 'NI', 'NW', 'RP', 'SH', "
     "'SL', 'SN', 'ST' or 'TH'")),
    ('slug = "bergdorf"', 'slug = "Berg Dorf"', "municipalities[1].slug",
     "must look like neu-anspach"),
    ('slug = "bergdorf"', 'slug = "alle"', "municipalities[1].slug",
     '"alle" has a meaning of its own in addresses: take another name'),
    ('slug = "bergdorf"', 'slug = "warteliste"', "municipalities[1].slug",
     '"warteliste" has a meaning of its own in addresses: take another name'),
    ('slug = "amtal-buergerbuero"', 'slug = "bergdorf"', "offices[0].slug",
     ('"bergdorf" is the municipality of that name in amtal.toml, which has its page at '
      '/stand/bergdorf: call the office something else, like "bergdorf-buergerbuero"')),
    ('slug = "gewerbe"', 'slug = "main"', "offices[0].pools[0].slug",
     '"main" is the name of the pool every office has'),
    ('documents = ["Your old identity card or passport"]\n', "",
     "services[0].in.en.documents", "must be as many as in German: 1"),
    ('documents = ["Alter Ausweis oder Reisepass"]',
     'documents = [{ text = "Zustimmung", condition = "Für Kinder" }]',
     "services[0].in.en.documents[0].condition", "there is one in German"),
    ('fee = "EUR 46.00"\n', "", "services[0].in.en.fee", "is missing, as there is a fee in German"),
    ('[services.in.en]\nname = "Apply for an identity card"\n', "[services.in.en]\n",
     "services[0].in.en.name", "is missing"),
    ("[services.in.en]", '[services.in.fr]\nname = "Carte"\n[services.in.en]',
     "services[0].in.fr", "is not a key known here"),
    ("[services.in.en]", '[services.in.uk]\ntitle = "Посвідчення"\n[services.in.en]',
     "services[0].in.uk.title", "is not a key known here"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "key", "reason"), WRONG)
def test_mistake_is_named_with_file_key_and_reason(
    old: str, new: str, key: str, reason: str
) -> None:
    assert old in TEXT
    assert f"amtal.toml: {key}: {reason}" in mistakes_in(TEXT.replace(old, new, 1))


def test_the_small_house_has_no_mistake() -> None:
    assert mistakes_in(TEXT) == []


def test_hours_that_overlap_are_named() -> None:
    again = TEXT.replace("[[offices.counters]]", f"{OPENING}\n[[offices.counters]]", 1)
    assert mistakes_in(again) == ["amtal.toml: offices[0].opening[1]: overlaps opening[0]"]
    special = f"{OPENING}special = true\nvalid_from = 2026-12-01\nvalid_to = 2026-12-01\n"
    assert (
        mistakes_in(TEXT.replace("[[offices.counters]]", f"{special}[[offices.counters]]", 1)) == []
    )


OPENING = """[[offices.opening]]
days = ["fri"]
from = "17:00"
to = "19:00"
mode = "appointment"
places = 1
"""


def test_letters_may_be_shared_where_the_area_says_so() -> None:
    shared = TEXT.replace('way = "Wartebereich', 'shared_letters = true\nway = "Wartebereich', 1)
    assert mistakes_in(shared.replace('letter = "R"', 'letter = "L"')) == []


def test_letters_that_sound_alike_are_advice() -> None:
    data = parse_sources([SourceFile("amtal.toml", TEXT.replace('letter = "L"', 'letter = "G"'))])
    assert rhyming_letters(data) == {"amtal-rathaus": "G, T"}


def test_a_broken_file_names_line_and_column() -> None:
    (mistake,) = mistakes_in(TEXT + "\n[[staff\n")
    assert mistake.startswith("amtal.toml: ")
    assert "line" in mistake


def test_all_mistakes_are_named_at_once_and_nothing_is_loaded(
    database: Database, runner: Runner, clock: FixedClock
) -> None:
    wrong = TEXT.replace('letter = "A"', 'letter = "Q"').replace('to = "18:00"', 'to = "25:00"')
    fine = SourceFile("services.toml", "")
    with pytest.raises(WrongFilesError) as refused:
        runner.run_now((), load_files, [fine, SourceFile("amtal.toml", wrong)])
    assert [mistake.key for mistake in refused.value.mistakes] == [
        "offices[0].offers[0].letter", "offices[0].opening[0].to", "offices[1].opening[0].to",
    ]  # fmt: skip
    assert refused.value.details["errors"]
    assert database.read_now(read_directory).version == 0


def _dropped(lines: list[str], number: int) -> list[str]:
    return lines[:number] + lines[number + 1 :]


def _doubled(lines: list[str], number: int) -> list[str]:
    return lines[: number + 1] + lines[number:]


def _emptied(lines: list[str], number: int) -> list[str]:
    return [*lines[:number], lines[number].split("=")[0] + '= ""', *lines[number + 1 :]]


@settings(deadline=None, derandomize=True, max_examples=150)
@given(st.integers(0, len(TEXT.splitlines()) - 1), st.sampled_from([_dropped, _doubled, _emptied]))
def test_no_damaged_line_is_more_than_a_mistake(
    number: int, damage: Callable[[list[str], int], list[str]]
) -> None:
    for mistake in mistakes_in("\n".join(damage(TEXT.splitlines(), number))):
        assert mistake.startswith("amtal.toml: ")
