"""What is said of a call, in words, and the names of the pieces somebody may record for it. Pure.

Letters and digits are spelled: on paper the number is "A 042", in the ear "A, null, vier, zwei".
"""

import re
from collections.abc import Iterable, Iterator, Mapping

from ...core.texts import T
from ...office.infos import CounterInfo, OfficeInfo
from ...queue.rules import APPOINTMENT_LETTER, PAPER_LETTER

LANGUAGES = ("de", "en", "uk", "tr", "ar")
"""Languages a call can be said in."""

GERMAN, ENGLISH = LANGUAGES[:2]
_DEFAULT_ENGLISH = "counter"
_KNOWN_WORDS = frozenset({"platz", "schalter", "zimmer", "tisch"})
_RUNS = re.compile(r"\d+|[^\W\d_]+")
_ISOLATES = re.compile("[\u2066-\u2069]")
_LONGEST_ABBREVIATION = 3


def sentence(t: T, number: str, counter: CounterInfo) -> str:
    """All of it, in the language of `t`: "Nummer A, null, vier, zwei, bitte Platz drei"."""
    said = t(
        "call.sentence",
        start=t("call.start"),
        letter=_letter(t, number[0]),
        digits=t("call.pause").join(_digit(t, digit) for digit in number[1:]),
        goal=goal(t, counter),
    )
    return _ISOLATES.sub("", said)


def goal(t: T, counter: CounterInfo) -> str:
    """Where to go: "bitte Platz drei", "bitte Trauzimmer"."""
    label = " ".join(_spoken(t, counter.label))
    place = label
    if not _is_name(counter.label):
        place = t(f"call.place.{_key(t, counter)}", word=_own_word(t, counter), label=label)
    return _ISOLATES.sub("", t("call.goal", place=place))


def pieces(number: str, counter: CounterInfo) -> tuple[str, ...]:
    """The recordings a call is joined of, in order: `number`, `letter-a`, `digit-0`, and where to
    go as one piece, `counter-` and the counter's slug."""
    digits = (f"digit-{digit}" for digit in number[1:])
    return ("number", f"letter-{number[0].lower()}", *digits, f"counter-{counter.slug}")


def to_record(t: T, offices: Iterable[OfficeInfo]) -> Mapping[str, str]:
    """Every piece that calls of these offices need, with what to say."""
    offices = tuple(offices)
    counters = [counter for office in offices for counter in office.counters]
    letters = {offer.letter for office in offices for offer in office.offers}
    letters |= {APPOINTMENT_LETTER, PAPER_LETTER}
    return {
        "number": t("call.start"),
        **{f"letter-{letter.lower()}": _letter(t, letter) for letter in sorted(letters)},
        **{f"digit-{digit}": _digit(t, digit) for digit in "0123456789"},
        **{f"counter-{counter.slug}": goal(t, counter) for counter in counters},
    }


def _letter(t: T, letter: str) -> str:
    key = f"call.letter.{letter.lower()}"
    return t(key) if key in t else letter


def _digit(t: T, digit: str) -> str:
    return t(f"call.digit.d{digit}")


def _is_name(label: str) -> bool:
    """A label that is a place by itself, such as "Trauzimmer": no word goes before it."""
    return any(len(run) > _LONGEST_ABBREVIATION for run in re.findall(r"[^\W\d_]+", label))


def _key(t: T, counter: CounterInfo) -> str:
    """Which of the words of the catalogue; an English word that the office chose is kept."""
    word = counter.word.lower()
    chosen = t.language == ENGLISH and counter.word_en not in {_DEFAULT_ENGLISH, counter.word}
    return word if word in _KNOWN_WORDS and not chosen else "own"


def _own_word(t: T, counter: CounterInfo) -> str:
    return counter.word_en if t.language == ENGLISH else counter.word


def _spoken(t: T, label: str) -> Iterator[str]:
    """A label as it is said: "3b" is "drei B", "12" stays a number, "EG.07" is spelled."""
    for run in _RUNS.findall(label):
        if run.isdecimal():
            yield from _figures(t, run)
        elif len(run) == 1 or (run.isupper() and len(run) <= _LONGEST_ABBREVIATION):
            yield from (_letter(t, letter.upper()) for letter in run)
        else:
            yield run


def _figures(t: T, run: str) -> Iterator[str]:
    """Two or three figures are one number, which every voice can read; others are spelled."""
    if len(run) in {2, 3} and run[0] != "0" and run.isascii():
        yield run
    else:
        yield from (_digit(t, str(int(digit))) for digit in run)
