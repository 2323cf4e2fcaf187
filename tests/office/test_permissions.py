"""Who may enter where, as a table: every kind of caller at every kind of place."""

import pytest

from aufruf.core.access import Access, Employee, Principal, Screen, Visitor, allow
from aufruf.core.clock import FixedClock
from aufruf.core.database import Database
from aufruf.core.errors import DomainError
from aufruf.core.runner import Runner
from aufruf.office.directory import Directory, read_directory
from aufruf.office.staff.access_store import KnownDevice, KnownStaff
from aufruf.office.staff.permissions import may_enter, place_of, principal_from
from tests.office.town import found_town

BERND = Employee(1, offices=frozenset({1}), administers=frozenset())
CARLA = Employee(2, offices=frozenset({2}), administers=frozenset())
DORA = Employee(3, offices=frozenset({1}), administers=frozenset({1}))
EMIL = Employee(4, offices=frozenset(), administers=frozenset())
DISPLAY = Screen(1, "display", "usingen-aufrufanzeige", 1, frozenset({1}))
KIOSK = Screen(2, "kiosk", "usingen-kiosk", 1, frozenset({1}))
COUNTER = Screen(3, "counter", "usingen-programm-platz-1", 1, frozenset({1}), counter_id=1)
PEOPLE: dict[str, Principal] = {
    "visitor": Visitor(), "bernd": BERND, "carla": CARLA, "dora": DORA, "emil": EMIL,
    "display": DISPLAY, "kiosk": KIOSK, "counter": COUNTER,
}  # fmt: skip

ANY = allow("display", "kiosk", "counter", "staff", "administrator")
OFFICE = allow("display", "kiosk", "counter", "staff", "administrator", office="o")
COUNTER_AT = allow("display", "kiosk", "counter", "staff", "administrator", counter="c")
KIOSK_AT = allow("kiosk", "counter", "staff", "administrator", device="d")
DISPLAY_AT = allow("display", "staff", "administrator", device="d")
TOWN = allow("display", "kiosk", "counter", "staff", "administrator", municipality="m")

CASES: list[tuple[Access, dict[str, str], str]] = [
    (ANY, {}, "bernd carla dora emil display kiosk counter"),
    (allow("staff"), {}, "bernd carla dora emil"),
    (allow("administrator"), {}, "dora"),
    (allow("kiosk", "display"), {}, "kiosk display"),
    (OFFICE, {"o": "citizen-usingen"}, "bernd dora display kiosk counter"),
    (OFFICE, {"o": "registry-anspach"}, "carla"),
    (allow("administrator", office="o"), {"o": "citizen-usingen"}, "dora"),
    (allow("administrator", office="o"), {"o": "registry-anspach"}, ""),
    (allow("kiosk", "staff", office="o"), {"o": "citizen-usingen"}, "bernd dora kiosk"),
    (COUNTER_AT, {"c": "usingen-1"}, "bernd dora display kiosk counter"),
    (COUNTER_AT, {"c": "usingen-2"}, "bernd dora display kiosk"),
    (COUNTER_AT, {"c": "anspach-1"}, "carla"),
    (allow("counter", "staff", counter="c"), {"c": "usingen-2"}, "bernd dora"),
    (allow("administrator", counter="c"), {"c": "usingen-2"}, "dora"),
    (KIOSK_AT, {"d": "usingen-kiosk"}, "bernd dora kiosk"),
    (KIOSK_AT, {"d": "anspach-kiosk"}, "carla"),
    (DISPLAY_AT, {"d": "usingen-aufrufanzeige"}, "bernd dora display"),
    (DISPLAY_AT, {"d": "anspach-aufrufanzeige"}, "carla"),
    (TOWN, {"m": "usingen"}, "bernd dora"),
    (TOWN, {"m": "neu-anspach"}, "carla"),
    (allow("administrator", municipality="m"), {"m": "usingen"}, "dora"),
    (allow("administrator", municipality="m"), {"m": "neu-anspach"}, ""),
    (
        allow("staff", office="o", counter="c"),
        {"o": "citizen-usingen", "c": "anspach-1"},
        "",
    ),
]


@pytest.fixture
def directory(sqlite_database: Database, clock: FixedClock) -> Directory:
    found_town(Runner(sqlite_database, clock, None, {}))
    return sqlite_database.read_now(read_directory)


def test_every_caller_at_every_place(directory: Directory) -> None:
    found = [
        (
            access,
            path,
            {name for name, who in PEOPLE.items() if enters(directory, access, path, who)},
        )
        for access, path, _ in CASES
    ]
    assert found == [(access, path, set(names.split())) for access, path, names in CASES]


def enters(directory: Directory, access: Access, path: dict[str, str], who: Principal) -> bool:
    return may_enter(directory, access, place_of(directory, access, path), who)


@pytest.mark.parametrize(
    ("access", "parameter", "code"),
    [
        (OFFICE, "o", "unknown_office"),
        (COUNTER_AT, "c", "unknown_counter"),
        (KIOSK_AT, "d", "not_found"),
        (DISPLAY_AT, "d", "unknown_display"),
        (TOWN, "m", "unknown_municipality"),
    ],
)
def test_a_place_that_is_not_there(
    directory: Directory, access: Access, parameter: str, code: str
) -> None:
    with pytest.raises(DomainError) as refused:
        place_of(directory, access, {parameter: "nowhere"})
    assert (refused.value.code, refused.value.status) == (code, 404)


def test_callers_as_handlers_know_them(directory: Directory) -> None:
    def known(kind: str, counter_id: int | None = None) -> Principal:
        return principal_from(directory, KnownDevice(7, "some-device", kind, 1, counter_id))

    assert known("display") == Screen(7, "display", "some-device", 1, frozenset({1}))
    assert known("counter", 2) == Screen(7, "counter", "some-device", 1, frozenset({1}), 2)
    assert principal_from(
        directory, KnownStaff(5, offices=frozenset({1}), municipalities=frozenset({2}))
    ) == Employee(
        5, offices=frozenset({1, 2}), administers=frozenset({2}), calls_any=frozenset({2})
    )
    with pytest.raises(ValueError, match="unknown kind"):
        known("toaster")
