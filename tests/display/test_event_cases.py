"""The event law as cases in JSON: what each command emits, folded, gives the board after it.

The same cases are run by the screen's script in `test_event_cases_js.py`. They are written by
`python -m tests.display.cases`, which runs the commands.
"""

import pytest

from aufruf.core.events import Event
from aufruf.display import events as display_events
from aufruf.display.board import STATUS_AFTER, Board, fold
from aufruf.queue import events as queue_events
from tests.databases import SqliteEngine
from tests.display.cases.stories import STORIES
from tests.display.cases.telling import FOLDER, Case, Chapter, read_chapters, write_down
from tests.display.conftest import make_room

CHAPTERS = read_chapters()
# What the board makes something of, beside what changes the state of a ticket.
FOLDED = {
    queue_events.StepUndone,
    queue_events.CounterReminded,
    queue_events.OfficeClosedEarly,
    queue_events.OfficeReopened,
    display_events.SlidesChanged,
    display_events.MessagePutUp,
    display_events.MessageTakenDown,
}


def cases() -> list[tuple[Chapter, Case]]:
    return [(chapter, case) for chapter in CHAPTERS.values() for case in chapter.cases]


def folded(chapter: Chapter, case: Case, *, reverse: bool) -> Board:
    """Whichever office is heard of first."""
    board = case.board
    for office in sorted(chapter.offices, reverse=reverse):
        for one in case.events:
            if one.office_id == office:
                board = fold(board, one.logged, chapter.offices)
    return board


@pytest.mark.parametrize("reverse", [False, True], ids=["in-order", "other-office-first"])
def test_board_folded_is_the_board_after(reverse: bool) -> None:
    wrong = [
        case.name
        for chapter, case in cases()
        if folded(chapter, case, reverse=reverse) != case.after
    ]
    assert wrong == []


def test_every_event_has_a_case() -> None:
    """A new one without a story fails here, whether the board makes something of it or not."""
    ours = {queue_events.__name__, display_events.__name__}
    known = {
        name for name, kind in Event.known.items() if kind.__module__ in ours and is_whole(kind)
    }
    told = {one.type for _, case in cases() for one in case.events}
    assert known - told == set()


def is_whole(kind: type[Event]) -> bool:
    """Not only there for others to be built on."""
    return not kind.__subclasses__()


def test_every_event_the_board_folds_changes_it_in_some_case() -> None:
    """Else the case would hold for a board that never heard of the event."""
    changing = {one.type for _, case in cases() if case.board != case.after for one in case.events}
    assert {kind.__name__ for kind in FOLDED | STATUS_AFTER.keys()} <= changing


@pytest.mark.parametrize("name", STORIES)
def test_cases_are_what_the_commands_do(name: str, sqlite_engine: SqliteEngine) -> None:
    room = make_room(sqlite_engine)
    try:
        told = write_down(room, STORIES[name]).text
    finally:
        room.database.close()
    kept = (FOLDER / f"{name}.json").read_text(encoding="utf-8")
    assert told == kept, "run `python -m tests.display.cases` and read the difference"


def test_every_story_is_kept() -> None:
    assert set(CHAPTERS) == set(STORIES)
