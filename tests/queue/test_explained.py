"""How an office calls, in plain words: the page's figures are those of the real rules."""

import re
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from html import unescape
from pathlib import Path

import pytest

from aufruf.core.clock import FixedClock
from aufruf.core.database import Database
from aufruf.core.formats import clock_text, local_day
from aufruf.office.calling.commands import change_calling, read_calling
from aufruf.office.calling.said import Value
from aufruf.office.directory import read_directory
from aufruf.office.infos import OfficeInfo
from aufruf.queue.explained.example import example_of
from aufruf.queue.explained.picture import picture_of
from tests.booking.browser import PAGE, visiting
from tests.databases import SqliteEngine
from tests.display.house import build as build_shared
from tests.queue.room import Room, move_in

HERE = "/aufruf/amtal-buergerbuero"


@pytest.fixture
def room(sqlite_engine: SqliteEngine, clock: FixedClock) -> Iterator[Room]:
    with closing(Database(sqlite_engine.copy_of("shared_house", build_shared))) as database:
        yield move_in(database, clock)


def set_calling(room: Room, **edit: Value) -> OfficeInfo:
    def office() -> OfficeInfo:
        return room.database.read_now(read_directory).office(room.office_id)

    version = room.database.read_now(read_calling, office()).version
    room.run(change_calling, office_id=room.office_id, edit=edit, version=version)
    return office()


def rows_of(html: str) -> list[str]:
    """The example's numbers with their sentences, in the order of the page."""
    order = html.partition('class="explained-order"')[2].partition("</ol>")[0]
    words = [re.sub(r"<[^>]+>", " ", item) for item in order.split("<li>")[1:]]
    return [" ".join(unescape(one).split()) for one in words]


@pytest.mark.parametrize("head_start", [30, 0, 1440])
def test_example_is_what_the_real_rules_do(
    room: Room, clock: FixedClock, tmp_path: Path, head_start: int
) -> None:
    office = set_calling(room, head_start_minutes=head_start, grace_minutes=20)
    example = example_of(office, local_day(clock.now()))
    assert {person.kind for person in example.people} == {"walk_in", "appointment", "late"}
    with visiting(room.database, clock, tmp_path) as client:
        said = rows_of(client.get(HERE, headers=PAGE).text)
    assert len(said) == len(example.people) == 4
    # The same people come to the real office at the same times.
    clock.move(min(person.came for person in example.people) - timedelta(hours=1) - clock.now())
    codes = {person: room.book(person.start) for person in example.people if person.start}
    tickets: list[int] = []
    for person in sorted(example.people, key=lambda person: person.came):
        clock.move(person.came - clock.now())
        issued = room.draw() if person.start is None else room.check_in(codes[person])
        assert room.ticket(issued.id).rank == person.rank
        tickets.append(issued.id)
    came = sorted(example.people, key=lambda person: person.came)
    for person, words in zip(example.people, said, strict=True):
        ticket = room.serve(room.one)
        assert came[tickets.index(ticket.id)] is person
        room.finish(room.one, ticket.id)
        strict = head_start == 1440 and person.kind == "appointment"
        assert ("Kommt vor allen ohne Termin." in words) is strict
        assert (f"Zählt ab {clock_text(person.rank)} Uhr." in words) is not strict
        assert clock_text(person.start or person.came) in words


def test_page_says_the_offices_own_figures_in_every_language(
    room: Room, clock: FixedClock, tmp_path: Path
) -> None:
    texts: dict[tuple[str, str], str] = {}
    variants: dict[str, dict[str, Value]] = {
        "own": {"head_start_minutes": 35, "grace_minutes": 25, "cutoff_minutes": 55,
                "recall_limit": 4, "recall_seconds": 85, "tickets_per_day": 321,
                "offers.abholung.tickets_per_day": 7},
        "strict": {"head_start_minutes": 1440, "cutoff_minutes": 0, "stop_when_full": False},
        "absent": {"head_start_minutes": 0, "calls_absent": True, "recall_limit": 1},
    }  # fmt: skip
    with visiting(room.database, clock, tmp_path) as client:
        for name, edit in variants.items():
            set_calling(room, **edit)
            for language in ("de", "de-simple", "en", "uk", "tr", "ar"):
                answer = client.get(HERE, params={"lang": language}, headers=PAGE)
                assert answer.headers["content-language"] == language
                main = answer.text.partition("<main")[2].partition("</main>")[0]
                texts[name, language] = unescape(re.sub(r"<[^>]+>", " ", main))
    for language in ("de", "de-simple", "en", "uk", "tr", "ar"):
        own = re.sub("[\u2066-\u2069]", "", texts["own", language])
        assert {"35", "25", "55", "4", "85", "321"} <= set(re.findall(r"\d+", own)), language
        assert "Standesamt Amtal" in own  # shares the waiting area
    german = {name: " ".join(texts[name, "de"].split()) for name in variants}
    assert "spätestens 35 Minuten nach dem Ziehen Ihrer Nummer" in german["own"]
    assert "Personen, die einen Termin haben" in german["strict"]
    assert "bis zum Ende der Öffnungszeit" in german["strict"]
    assert "Sie müssen sich hier nicht anmelden." in german["absent"]
    assert "mehr als" not in german["absent"]
    for words in german.values():
        assert "Eine Höchstdauer gibt es nicht." in words
        assert "Mitarbeitende dürfen eine Nummer außer der Reihe aufrufen" in words


def test_picture_is_mirrored_where_one_reads_from_right_to_left(room: Room) -> None:
    example = example_of(set_calling(room), local_day(room.clock.now()))
    plain, mirrored = (picture_of(example, mirrored=mirrored) for mirrored in (False, True))
    for row, turned in zip(plain.rows, mirrored.rows, strict=True):
        assert turned.dot == pytest.approx(plain.width - row.dot)
        assert row.number < row.dot < plain.width
    dots = [row.dot for row in plain.rows]
    assert dots == sorted(dots)


def test_links_lead_there_from_ticket_status_and_times(
    room: Room, clock: FixedClock, tmp_path: Path
) -> None:
    drawn = room.draw()
    with visiting(room.database, clock, tmp_path) as client:
        client.headers.update(PAGE)
        for path in (f"/t/{drawn.token}", "/api/v1/offices/amtal-buergerbuero/status"):
            assert HERE in client.get(path).text
        assert client.get("/aufruf/nirgends").status_code == 404
