"""Where long words of slides and urgent messages may be parted. Pure: a text in, the same text with
soft hyphens out. What a screen makes of them stands in `slide-sheet.js`."""

import re
from functools import cache, lru_cache
from tempfile import NamedTemporaryFile

import pyphen

SOFT = "\u00ad"
LONG = 12  # letters; shorter words stay whole
_LEAST = 3  # letters that stay together at either end of a word
_WORD = re.compile(f"(?:[^\\W\\d_]|{SOFT})+")
# German words are joined without a mark, and the patterns then take a letter from one of them:
# "Reisepas-sangelegenheit". These are what offices join most; before them a word may be parted.
_JOINED = {
    "de": re.compile(
        "abgabe|abmeld|änderung|anforder|angebot|angelegenheit|anmeld|ansprech|antrag|auftrag|ausfall"
        "|ausgabe|auskunft|auskünft|ausstell|austritt|ausweis|eingang|erlaubnis|öffnung|schein"
        "|ummeld|unterlagen|urkunde"
    )
}
_VOWELS = frozenset("aeiouyäöü")


def parted(text: str, language: str) -> str:
    """The text with soft hyphens in its long words, by the rules of a language ("de").

    A word that somebody typed with soft hyphens keeps just these; where there is no dictionary of
    the language, the text comes back as it was.
    """
    return _WORD.sub(lambda word: _parted_word(word[0], language), text)


@lru_cache(maxsize=2048)
def _parted_word(word: str, language: str) -> str:
    lower = word.lower()
    # Few letters change their number when they get small; then places would not fit.
    if len(word) < LONG or SOFT in word or len(lower) != len(word):
        return word
    dictionary = _dictionary(language)
    if dictionary is None:
        return word
    places = _joints(lower, language, frozenset(map(int, dictionary.positions(lower))))
    kept = sorted(at for at in places if not _leaves_consonant(lower, at, places))
    ends = [*kept, len(word)]
    return SOFT.join(word[at:end] for at, end in zip([0, *kept], ends, strict=True))


def _joints(word: str, language: str, places: frozenset[int]) -> frozenset[int]:
    """The places, with those where words are joined put right."""
    joined = _JOINED.get(language.partition("-")[0])
    found = [match.start() for match in joined.finditer(word)] if joined else []
    for at in found:
        if _LEAST <= at <= len(word) - _LEAST:
            places = (places - {at - 1, at + 1}) | {at}
    return places


def _leaves_consonant(word: str, at: int, places: frozenset[int]) -> bool:
    """Whether a consonant would stand alone behind this place; it goes with what is before it."""
    return at + 1 in places and word[at] not in _VOWELS


@cache
def _dictionary(language: str) -> pyphen.Pyphen | None:
    """Read on first use, a few milliseconds and megabytes; None for a language without one."""
    name = pyphen.language_fallback(language)
    if not name:
        return None
    encoding, _, rest = pyphen.LANGUAGES[name].read_bytes().partition(b"\n")
    # Before this line stand patterns of whole compounds, made to be used apart from those of
    # syllables. Pyphen would mix both, which takes ten times as long to read and parts no better.
    _, _, syllables = rest.rpartition(b"\nNEXTLEVEL\n")
    with NamedTemporaryFile(suffix=".dic") as file:
        file.write(encoding + b"\n" + syllables)
        file.flush()
        return pyphen.Pyphen(filename=file.name, left=_LEAST, right=_LEAST, cache=False)
