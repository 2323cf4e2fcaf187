"""Whether what a service says in its languages fits; the shapes stand in `entry_services.py`."""

from collections.abc import Iterator, Sequence

from .entry_services import DocumentEntry, ServiceEntry
from .mistakes import Mistake
from .sources import Placed


def check_words(placed: Placed[ServiceEntry]) -> Iterator[Mistake]:
    """Every language speaks of the same documents, and of a fee only where there is one."""
    service = placed.entry
    for key, words in service.languages.named():
        if words.documents or key == "en":
            for reason, path in _compare(service.documents, words.documents):
                yield placed.mistake(reason, "in", key, "documents", *path)
        if words.fee is not None and service.fee is None:
            yield placed.mistake("there is no fee in German", "in", key, "fee")
    if service.fee is not None and service.languages.en.fee is None:
        yield placed.mistake("is missing, as there is a fee in German", "in", "en", "fee")


def _compare(
    german: Sequence[DocumentEntry], other: Sequence[DocumentEntry]
) -> Iterator[tuple[str, tuple[int | str, ...]]]:
    """What differs, and where in the other list."""
    if len(german) != len(other):
        yield f"must be as many as in German: {len(german)}", ()
        return
    for index, (said, here) in enumerate(zip(german, other, strict=True)):
        if (said.condition is None) != (here.condition is None):
            known = "is none in German" if said.condition is None else "is one in German"
            yield f"there {known}", (index, "condition")
