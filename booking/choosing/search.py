"""Finds services by what people type: everyday words, typing errors, umlauts in any spelling.

Pure and without I/O. Pages and the interface rank with the same `find`, so script and server agree.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

MAX_TYPED = 80
_MAX_WORDS = 6
_MAX_LETTERS = 40
_WRITTEN_AS_ONE = 3

_GERMAN = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "ı": "i", "ł": "l", "đ": "d"})
_WORD = re.compile(r"\w+")
_COMPOUND = re.compile(r"\w+(?:[-\u2010-\u2015/]\w+)+")

# Said around the thing that is wanted, in the languages people type.
_FILLERS = frozenset(
    {"ich", "wir", "moechte", "will", "wollen", "muss", "brauche", "hier", "bitte", "termin"}
    | {"ein", "eine", "einen", "einem", "einer", "mein", "meine", "meinen", "meiner", "unser"}
    | {"der", "die", "das", "den", "dem", "des", "fuer", "zu", "zum", "zur", "im", "in", "am"}
    | {"an", "auf", "und", "oder", "mit", "von", "wie", "wo", "was", "kann", "man", "machen"}
    | {"beantragen", "brauchen", "neu", "neue", "neuen", "neuer", "neues", "new", "apply"}
    | {"i", "we", "want", "need", "would", "like", "to", "a", "my", "our", "the", "for", "of"}
    | {"and", "or", "with", "please", "how", "do", "can", "get"}
)

# How far a word typed is from a word of the service; every step costs more than the one before.
WHOLE, BEGINNING, PART, ALMOST, ALMOST_BEGINNING = range(5)
_FAR = 9
# What a word in the name, the keywords, the line is worth. A worse field outweighs one step.
NAME, KEYWORD, LINE = 0, 1, 3


@dataclass(frozen=True, slots=True)
class Entry:
    """What one service is found by. Earlier entries win where nothing else decides."""

    slug: str
    names: tuple[str, ...]
    keywords: tuple[str, ...] = ()
    lines: tuple[str, ...] = ()
    often: bool = False


def find(entries: Sequence[Entry], typed: str) -> list[str]:
    """The slugs of what was meant, best first; none for nothing typed.

    Every word typed has to be found, or all of them written as one. Where nothing has them all,
    what has the most of them.
    """
    words = words_typed(typed)
    rows = [_row(entry, words) for entry in entries]
    most = max((found for found, _ in rows), default=0)
    ranked = sorted(
        (cost, not entry.often, position, entry.slug)
        for position, (entry, (found, cost)) in enumerate(zip(entries, rows, strict=True))
        if found == most > 0
    )
    return [slug for *_, slug in ranked]


def _row(entry: Entry, words: Sequence[str]) -> tuple[int, int]:
    """How many of the words are found in an entry, and how far away they are.

    Found as one word (`Reise pass`) is surer than each for itself.
    """
    if 1 < len(words) <= _WRITTEN_AS_ONE:
        joined = _cost(entry, "".join(words))
        if joined < _FAR:
            return len(words) + 1, joined
    costs = [_cost(entry, word) for word in words]
    return sum(cost < _FAR for cost in costs), sum(costs)


def words_typed(typed: str) -> list[str]:
    """The words that matter in a question; all of them where nothing else is left."""
    words = [word[:_MAX_LETTERS] for word in _split(normalise(typed[:MAX_TYPED]))][:_MAX_WORDS]
    return [word for word in words if word not in _FILLERS] or words


@lru_cache(maxsize=4096)
def normalise(text: str) -> str:
    """Lower case, umlauts as two letters, no accents: `Straße` and `STRASSE` are the same."""
    composed = unicodedata.normalize("NFKC", text).casefold().translate(_GERMAN)
    letters = unicodedata.normalize("NFKD", composed)
    return "".join(letter for letter in letters if not unicodedata.combining(letter))


@lru_cache(maxsize=4096)
def words_of(text: str) -> tuple[str, ...]:
    """The words of a service's text; what has a hyphen also in one piece."""
    plain = normalise(text)
    joined = (re.sub(r"\W", "", compound) for compound in _COMPOUND.findall(plain))
    every = dict.fromkeys((*_split(plain), *joined))
    return tuple(word for word in every if word not in _FILLERS) or tuple(every)


def _split(plain: str) -> list[str]:
    return _WORD.findall(plain)


def _cost(entry: Entry, word: str) -> int:
    """How far a word is from the nearest of a service's words, its field counted in."""
    return min(_costs(entry, word), default=_FAR)


def _costs(entry: Entry, word: str) -> Iterator[int]:
    for worth, texts in ((NAME, entry.names), (KEYWORD, entry.keywords), (LINE, entry.lines)):
        near = _nearest(word, texts)
        if near is not None:
            yield worth + near


def _nearest(word: str, texts: Iterable[str]) -> int | None:
    steps = (step_between(word, known) for text in texts for known in words_of(text))
    return min((step for step in steps if step is not None), default=None)


@lru_cache(maxsize=32768)
def step_between(typed: str, known: str) -> int | None:
    """How `typed` is found in `known`, from WHOLE to ALMOST_BEGINNING; None when it is not.

    A German compound is what its end says: a Personalausweis is a whole Ausweis.
    """
    if typed == known or (len(typed) >= 4 and known.endswith(typed)):
        return WHOLE
    if known.startswith(typed):
        return BEGINNING
    if len(typed) >= 4 and typed in known:
        return PART
    if len(known) >= 4 and typed.startswith(known):  # Hundesteuer: something about a Hund
        return PART
    bound = mistakes_forgiven(typed)
    if not bound or (letters_of(typed) & ~letters_of(known)).bit_count() > bound:
        return None  # more letters are missing than may be wrong
    if is_near(typed, known, bound):
        return ALMOST
    # Still typing: the beginning of a longer word, with the mistake already made.
    if len(known) > len(typed) >= 5 and is_near_beginning(typed, known, bound):
        return ALMOST_BEGINNING
    return None


@lru_cache(maxsize=8192)
def letters_of(word: str) -> int:
    """Which letters a word has, a bit each; far letters may share one, which only lets more in."""
    bits = 0
    for letter in word:
        bits |= 1 << (ord(letter) % 61)
    return bits


def mistakes_forgiven(word: str) -> int:
    """None in words of three letters, one up to seven, two in longer ones; none in numbers."""
    if len(word) < 4 or word.isdecimal():
        return 0
    return 1 if len(word) < 8 else 2


def is_near(one: str, other: str, bound: int) -> bool:
    """Whether at most `bound` letters are wrong, missing, too many or swapped with the next."""
    if abs(len(one) - len(other)) > bound:
        return False
    return (_last_row(one, other, bound) or [bound + 1])[-1] <= bound


def is_near_beginning(typed: str, known: str, bound: int) -> bool:
    """The same for some beginning of `known`."""
    beginning = known[: len(typed) + bound]
    return min(_last_row(typed, beginning, bound), default=bound + 1) <= bound


def _last_row(one: str, other: str, bound: int) -> list[int]:
    """The distances of `one` from every beginning of `other`; empty once all are beyond the bound.

    The optimal string alignment distance (Damerau-Levenshtein, no letter edited twice).
    """
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, letter in enumerate(one, 1):
        present = [i]
        for j, known in enumerate(other, 1):
            best = min(row[j] + 1, present[j - 1] + 1, row[j - 1] + (letter != known))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == known:
                best = min(best, before[j - 2] + 1)
            present.append(best)
        if min(present) > bound and min(row) > bound:
            return []
        before, row = row, present
    return row
