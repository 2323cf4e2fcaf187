"""The law of events, watched: what folding gives and what the tables say, after every command."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection

from aufruf.core.events import Logged, read_event
from aufruf.core.formats import local_day
from aufruf.core.hub import LATER
from aufruf.display.board import Board, fold
from aufruf.display.store import AreaSnapshot, read_area
from aufruf.queue.events import TicketIssued
from tests.queue.order import check_order, check_shown, states_of
from tests.queue.room import Room


@dataclass
class Watched:
    """Both offices of a room, with the board folded along; `issued` counts their tickets."""

    room: Room
    day: date
    board: Board
    seq: dict[int, int]
    issued: int = 0

    def check(self) -> None:
        """The law, whichever office is heard of first; and the order of the room."""
        found = read(self.room, self.day)
        new = {office: self.read_new(office) for office in self.seq}
        slugs = slugs_of(self.room)
        folded: list[Board] = []
        for offices in (sorted(new), sorted(new, reverse=True)):
            board = self.board
            for logged in (one for office in offices for one in new[office]):
                board = fold(board, logged, slugs)
            folded.append(board)
        assert folded == [found.board, found.board]
        self.board, self.seq = found.board, dict(found.seq)
        happened = [logged.event for office in new for logged in new[office]]
        self.issued += sum(isinstance(event, TicketIssued) for event in happened)
        if local_day(self.room.clock.now()) == self.day:
            states = states_of(self.room)
            check_order(self.room, states, self.issued)
            check_shown(found.board, states)

    def read_new(self, office_id: int) -> list[Logged]:
        """The office's events since the last look."""

        def query(conn: Connection) -> list[Logged]:
            rows = conn.execute(LATER, {"office_id": office_id, "after": self.seq[office_id]})
            return [
                Logged(office_id, row.seq, row.at, read_event(row.type, row.data)) for row in rows
            ]

        return self.room.database.read_now(query)


def slugs_of(room: Room) -> Mapping[int, str]:
    return {office.id: office.slug for office in (room.house.office, room.house.registry)}


def read(room: Room, day: date) -> AreaSnapshot:
    directory = room.house.directory
    area = directory.area(room.house.area_id)
    return room.database.read_now(read_area, directory, area, day)
