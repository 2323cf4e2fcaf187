"""Long words get soft hyphens where Duden parts them, and nothing else of a text is touched."""

import pytest

from aufruf.display.slides.parting import parted


@pytest.mark.parametrize(
    "word",
    [
        "Zulas-sungs-an-ge-le-gen-hei-ten",
        "Per-so-nal-aus-weis-an-ge-le-gen-hei-ten",
        "Daten-ver-ar-bei-tungs-an-lage",
        "Per-so-nen-stands-ur-kun-den",
        "Rei-se-pass-an-ge-le-gen-hei-ten",
        "Gewer-be-um-mel-dung",
        "Ein-woh-ner-mel-de-amt",
        "Aus-län-der-be-hörde",
        "STRA-ẞEN-VER-KEHRS-BE-HÖRDE",
    ],
)
def test_german_word_is_parted_as_duden_does(word: str) -> None:
    """But for single letters and pairs at its ends, which stay where they are."""
    assert parted(word.replace("-", ""), "de") == word.replace("-", "\u00ad")


def test_typed_soft_hyphens_short_words_and_marks_stay_as_they_are() -> None:
    typed = "Zulassungs\u00adangelegenheiten: geschlossen (bis 12:30 Uhr)\n<b>Wartenummer</b>"
    assert parted(typed, "de") == typed


def test_each_language_is_parted_by_its_own_rules_or_not_at_all() -> None:
    assert parted("Administration", "de") == "Admi\u00adnis\u00adtra\u00adtion"
    assert parted("Administration", "en") == "Admin\u00adis\u00adtra\u00adtion"
    assert parted("Адміністративно", "uk") != "Адміністративно"
    for language in ("tr", "ar"):
        assert parted("Administration", language) == "Administration"
