"""Pure decisions: the transition table, references, what may be asked for together."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aufruf.booking.models import APPOINTMENT_STATES
from aufruf.booking.rules import (
    REFERENCE_ALPHABET,
    TRANSITIONS,
    check_transition,
    new_reference,
    read_code,
    read_reference,
    spell_reference,
)
from tests.booking.desk import refused

# The table of the design, written out once more as pairs: both must change together.
ALLOWED = {
    ("held", "confirmed"),
    ("held", "awaiting_email"),
    ("held", "expired"),
    ("held", "cancelled"),
    ("awaiting_email", "confirmed"),
    ("awaiting_email", "expired"),
    ("awaiting_email", "cancelled"),
    ("confirmed", "checked_in"),
    ("confirmed", "no_show"),
    ("confirmed", "cancelled"),
    ("checked_in", "attended"),
    ("checked_in", "no_show"),
    ("checked_in", "cancelled"),
    ("checked_in", "confirmed"),
    ("no_show", "checked_in"),
}


def test_table_names_every_state_there_is() -> None:
    assert set(TRANSITIONS) == set(APPOINTMENT_STATES)


@pytest.mark.parametrize(("present", "wanted"), list(product(APPOINTMENT_STATES, repeat=2)))
def test_transition_is_refused_unless_the_design_allows_it(present: str, wanted: str) -> None:
    if (present, wanted) in ALLOWED:
        check_transition(present, wanted)
    else:
        with refused("wrong_state", 409) as refusal:
            check_transition(present, wanted)
        assert refusal.value.details == {"state": present}


def test_reference_has_no_letter_that_is_mistaken_for_another() -> None:
    assert set("0O1IL") & set(REFERENCE_ALPHABET) == set()
    assert len(REFERENCE_ALPHABET) == 31


def test_new_references_differ() -> None:
    assert len({new_reference() for _ in range(1000)}) == 1000


@given(st.text(REFERENCE_ALPHABET, min_size=8, max_size=8))
def test_reference_survives_spelling(reference: str) -> None:
    assert read_reference(spell_reference(reference)) == reference


@pytest.mark.parametrize(
    "code",
    [
        "ABCD2345",
        "ABCD-2345",
        " abcd 2345 ",
        "ab cd\u201323 45",
        "AUFRUF:ABCD2345",
        "aufruf:abcd-2345",
        "AUFRUFÖABCD2345".replace("Ö", ";"),
        "https://termine.example/termin/ABCD2345/k3j4h5k3j4h5",
        "https://termine.example/termin/ABCD2345/k3j4h5k3j4h5?lang=en",
    ],
)
def test_code_is_understood(code: str) -> None:
    assert read_code(code) == "ABCD2345"


@pytest.mark.parametrize(
    "code",
    ["", "ABCD234", "ABCD23456", "ABCD234O", "ABCD2340", "\0", "A" * 10_000, "مرحبا", "🙂" * 8],
)
def test_code_that_is_none_is_not_guessed(code: str) -> None:
    assert read_code(code) is None
