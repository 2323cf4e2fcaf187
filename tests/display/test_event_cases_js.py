"""The event law on the screen's side: the same cases, told by the server's own messages, in a page.

A screen starts with the board before, hears what it is told after each event, every message twice
and whichever office first, and must then show the board after.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Route

from aufruf.display.board import Board, BoardCall, PublicBoard, fold, public
from aufruf.display.messages import change_text
from tests.display.cases.telling import Case, Chapter, read_chapters

HOUSE = Path(__file__).parents[2]
APPLY = """async (stories) => {
  const { apply, emptyBoard, stands } = await import("http://screen.test/static/display/board.js");
  return JSON.stringify(JSON.parse(stories).map((messages) => {
    const board = messages.reduce(apply, emptyBoard());
    const standing = board.calls.filter((call) => stands(board, call.call_id));
    return { ...board, standing: standing.map((call) => call.call_id) };
  }));
}"""
Message = dict[str, Any]


def told(chapter: Chapter, case: Case, *, reverse: bool) -> list[Message]:
    """A snapshot of the board before, then what the server says after each event."""
    seq = dict.fromkeys(chapter.offices.values(), 0)
    for one in reversed(case.events):
        seq[chapter.offices[one.office_id]] = one.seq - 1
    said: list[Message] = [{"type": "snapshot", "seq": seq, "board": sent(case.board)}]
    board = case.board
    for office in sorted(chapter.offices, reverse=reverse):
        for one in (one for one in case.events if one.office_id == office):
            before, board = board, fold(board, one.logged, chapter.offices)
            if board != before:
                text = change_text(board, one.logged, chapter.offices[office], one.at)
                said += [json.loads(text)] * 2
    return said


def sent(board: Board) -> Message:
    found: Message = json.loads(public(board).model_dump_json())
    return found


@pytest.fixture
def screen(chromium: Browser) -> Iterator[Page]:
    page = chromium.new_page()
    page.route("http://screen.test/**", answer)
    page.goto("http://screen.test/")
    yield page
    page.close()


def answer(route: Route) -> None:
    """The screen's scripts from the checkout, without a server."""
    path = route.request.url.removeprefix("http://screen.test/")
    if not path.startswith("static/"):
        route.fulfill(content_type="text/html", body="<!doctype html><title>Screen</title>")
        return
    _, part, name = path.split("/")
    route.fulfill(content_type="text/javascript", path=HOUSE / part / "static" / name)


def test_screen_shows_the_board_after(screen: Page) -> None:
    cases = [
        (chapter, case, reverse)
        for chapter in read_chapters().values()
        for case in chapter.cases
        for reverse in (False, True)
    ]
    stories = [told(chapter, case, reverse=reverse) for chapter, case, reverse in cases]
    shown = json.loads(screen.evaluate(APPLY, json.dumps(stories)))
    wrong = [
        case.name
        for (_, case, _), board in zip(cases, shown, strict=True)
        if as_sent(board) != sent(case.after) or board["standing"] != standing(case.after)
    ]
    assert wrong == []
    kinds = {message["type"] for story in stories for message in story}
    assert kinds == {"snapshot", "call", "board"}


def as_sent(board: Message) -> Message:
    """What the page holds, by the server's names; a call there may carry more than a call is."""
    named = board | {"closed_early": board["closed"]}
    found = {key: named[key] for key in PublicBoard.model_fields}
    found["calls"] = [{key: call[key] for key in BoardCall.model_fields} for call in board["calls"]]
    return found


def standing(board: Board) -> list[int]:
    return [call.call_id for call in public(board).calls if call.state == "called"]
