"""What people type, and which services they mean."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aufruf.booking.choosing.search import Entry, find, is_near, mistakes_forgiven, words_typed

SERVICES = (
    Entry("perso", ("Personalausweis beantragen", "Apply for an identity card"),
          ("Ausweis", "Perso", "neuer Ausweis", "verlängern", "ID"),
          ("Neuer Ausweis, auch nach Ablauf, Umzug oder Verlust.",), often=True),
    Entry("pass", ("Reisepass beantragen",), ("Pass", "Urlaub", "USA"),
          ("Für Reisen außerhalb der EU.",)),
    Entry("kind", ("Ausweis oder Reisepass für ein Kind",), ("Kinderreisepass", "Baby")),
    Entry("pin", ("Online-Ausweis: PIN neu setzen",), ("eID", "PIN vergessen", "AusweisApp")),
    Entry("anmelden", ("Wohnsitz anmelden",), ("Zuzug", "umziehen", "neue Wohnung"), often=True),
    Entry("ummelden", ("Umzug im Ort ummelden",), ("ummelden", "Adresse", "Anschrift")),
    Entry("zeugnis", ("Führungszeugnis",), ("polizeiliches Führungszeugnis", "Verein"),
          ("Für Arbeit und Ehrenamt.",), often=True),
    Entry("fuehrerschein", ("Führerschein umtauschen",), ("Fahrerlaubnis", "Lappen")),
    Entry("heirat", ("Eheschließung anmelden",), ("heiraten", "Hochzeit")),
    Entry("hund", ("Hund anmelden",), ("Hundemarke", "Welpe")),
    Entry("strasse", ("Straßenaufbruch",), ("Baustelle",)),
    Entry("gewerbe", ("Gewerbe anmelden",), ("Gewerbeschein", "selbstständig")),
    Entry("paragraph", ("Паспорт громадянина",), ("بطاقة الهوية", "Kimlik kartı")),
)  # fmt: skip


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("Perso", ["perso"]),
        ("perso", ["perso"]),
        ("PERSONALAUSWEIS", ["perso"]),
        ("Personal Ausweis", ["perso"]),
        ("personal-ausweis", ["perso"]),
        ("Ausweis", ["perso", "kind", "pin"]),  # often needed before others as good
        ("identity card", ["perso"]),
        ("umziehen", ["anmelden"]),
        ("Umzug", ["ummelden", "perso"]),  # the name before the line
        ("Reispass", ["pass", "kind"]),
        ("Reisepas", ["pass", "kind"]),
        ("Reisepaesse", ["pass", "kind"]),
        ("Reise pass", ["pass", "kind"]),
        ("Kinderreisepass", ["kind"]),
        ("Führerschien", ["fuehrerschein"]),
        ("Fuehrerschein", ["fuehrerschein"]),
        ("Fuhrerschein", ["fuehrerschein"]),
        ("FÜHRERSCHEIN", ["fuehrerschein"]),
        ("führersch", ["fuehrerschein"]),
        ("fuerersch", ["fuehrerschein"]),
        ("Führungszeugniss", ["zeugnis"]),
        ("fuehrungs zeugnis", ["zeugnis"]),
        ("polizeiliches führungszeugnis", ["zeugnis"]),
        ("Onlineausweis", ["pin"]),
        ("online ausweis", ["pin"]),
        ("Ausweis-App", ["pin"]),
        ("pin", ["pin"]),
        ("Strassenaufbruch", ["strasse"]),
        ("Straßenaufbrcuh", ["strasse"]),
        ("Hundesteuer", ["hund"]),
        ("ich möchte heiraten", ["heirat"]),
        ("Wie kann ich meinen Hund anmelden?", ["hund"]),
        ("anmelden", ["anmelden", "heirat", "hund", "gewerbe"]),
        ("gewerbe anmelden", ["gewerbe"]),
        ("Gewrebe anmleden", ["gewerbe"]),
        ("selbständig", ["gewerbe"]),
        ("паспорт", ["paragraph"]),
        ("ПАСПОРТ", ["paragraph"]),
        ("الهوية", ["paragraph"]),
        ("KIMLIK KARTI", ["paragraph"]),
        ("kimlik karti", ["paragraph"]),
        ("Hund raumschiff", ["hund"]),  # the most of the words, where nothing has them all
        ("raumschiff", []),
        ("xyz", []),
        ("zu", ["anmelden"]),  # only fillers: then they are what is looked for
        ("ein", []),
        ("48", []),
        ("", []),
        (" -  / ", []),
        ("\u200b", []),
    ],
)
def test_what_is_typed_finds_what_is_meant(typed: str, first: Sequence[str]) -> None:
    found = find(SERVICES, typed)
    assert found[: len(first)] == list(first)
    assert bool(found) == bool(first)


def test_unrelated_services_stay_out() -> None:
    assert find(SERVICES, "Perso") == ["perso"]
    assert find(SERVICES, "Reispass") == ["pass", "kind"]
    assert find(SERVICES, "umziehen") == ["anmelden"]


def test_name_stands_before_keyword_before_line() -> None:
    entries = (Entry("line", ("A",), (), ("ein Fahrrad",)), Entry("key", ("B",), ("Fahrrad",)),
               Entry("name", ("Fahrrad",)))  # fmt: skip
    assert find(entries, "fahrrad") == ["name", "key", "line"]


@pytest.mark.parametrize(
    ("one", "other", "distance"),
    [("ab", "ab", 0), ("ab", "ba", 1), ("abc", "ab", 1), ("", "ab", 2), ("ca", "abc", 3),
     ("fuehrerschien", "fuehrerschein", 1), ("kitten", "sitting", 3)],
)  # fmt: skip
def test_distance_counts_swaps_as_one(one: str, other: str, distance: int) -> None:
    assert next(bound for bound in range(5) if is_near(one, other, bound)) == distance


@given(st.text("abc", max_size=7), st.text("abc", max_size=7))
def test_distance_is_that_of_the_plain_recursion(one: str, other: str) -> None:
    def plain(i: int, j: int) -> int:
        if not i or not j:
            return i + j
        best = min(
            plain(i - 1, j) + 1,
            plain(i, j - 1) + 1,
            plain(i - 1, j - 1) + (one[i - 1] != other[j - 1]),
        )
        if i > 1 and j > 1 and one[i - 2 : i] == other[j - 2 : j][::-1]:
            best = min(best, plain(i - 2, j - 2) + 1)
        return best

    exact = plain(min(len(one), 5), min(len(other), 5))
    assert [is_near(one[:5], other[:5], bound) for bound in range(6)] == [
        exact <= bound for bound in range(6)
    ]


@given(st.text(max_size=200))
def test_anything_may_be_typed(typed: str) -> None:
    assert set(find(SERVICES, typed)) <= {entry.slug for entry in SERVICES}


def test_short_words_and_numbers_are_taken_as_they_are() -> None:
    words = ("ehe", "pass", "ausweis", "reisepass", "2026")
    assert [mistakes_forgiven(word) for word in words] == [0, 1, 1, 2, 0]
    assert len(words_typed("wort " * 50)) == 6
