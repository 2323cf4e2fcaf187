"""A long line counted by kind: says what the plain replay says, and only where it is sure."""

from collections import Counter
from random import Random

from aufruf.booking.services import Wanted
from aufruf.core.formats import at_local, local_day
from aufruf.core.tx import Tx
from aufruf.queue import services
from aufruf.queue.crowd.rules import (
    SURELY_MINUTES,
    Alike,
    able,
    count_alike,
    count_taken,
    surely_beyond,
    with_one_more,
)
from aufruf.queue.forecasting.durations import Durations
from aufruf.queue.forecasting.forecast import forecast, servers_of
from aufruf.queue.forecasting.outlook import MANY
from aufruf.queue.forecasting.ranges import BEYOND
from aufruf.queue.learning.learned import NOTHING_LEARNED
from aufruf.queue.rules import count_ahead
from aufruf.queue.services import Issued
from aufruf.queue.state import CounterNow, OfficeState, TicketNow, in_order
from tests.queue.line import DAY, House, Work, at, desk, ticket
from tests.queue.room import Room

NOW = at(100)
HOUSE = House(
    offers=(Work(1, 10), Work(2, 20, 5), Work(3, 7)),
    counters=(desk(1, 1, 2), desk(2, 1), desk(3, 2, 3, accessible=False), desk(4, 3)),
)


def some_line(chance: Random) -> list[TicketNow]:
    wanted = chance.choices([(1,), (2,), (3,), (1, 2), (2, 3)], [8, 3, 3, 1, 1], k=120)
    line = [
        ticket(
            nth,
            chance.randrange(100),
            offers=offers,
            step_free=chance.random() < 0.1,
            reserved=chance.choice([None] * 9 + [1]),
            not_before=chance.choice([None] * 9 + [130.0]),
        )
        for nth, offers in enumerate(wanted, 1)
    ]
    return list(in_order(line))


def test_line_by_kind_agrees_with_the_replay_of_each_ticket() -> None:
    seen = Counter[str]()
    for seed in range(12):
        chance = Random(seed)
        line = some_line(chance)
        present = {
            one.id: CounterNow(one.id, chance.choice(["open", "open", "closed"]), at(0))
            for one in HOUSE.counters
        }
        now = OfficeState(1, DAY, NOW, tuple(line), present)
        told = forecast(now, HOUSE, NOW)
        servers = servers_of(now, HOUSE, NOW)
        before: list[Alike] = []
        for own in line:
            assert count_alike(own, before, HOUSE.counters) == count_ahead(
                own, line, HOUSE.counters
            )
            mine = able(servers, own)
            durations = Durations(HOUSE, NOTHING_LEARNED)
            sure = surely_beyond(mine, before, servers, durations) if mine else None
            assert bool(mine) == (told[own.id] is not None)
            if sure is not None:
                assert count_taken(mine, before) <= count_alike(own, before, HOUSE.counters)
                assert told[own.id] == BEYOND
                assert sure > SURELY_MINUTES
            seen["nobody" if not mine else "replay" if sure is None else "sure"] += 1
            before = with_one_more(before, own, NOW)
    assert min(seen["nobody"], seen["replay"], seen["sure"]) > 100


def draw(room: Room, tx: Tx, service: str, *, by_staff: bool = False) -> Issued:
    return services.issue_ticket(
        tx,
        office_id=room.office_id,
        services=[Wanted(service)],
        language="de",
        by_staff=by_staff,
    )


def draws(room: Room, *wanted: str, by_staff: bool = False) -> list[Issued]:
    """One after the other, in commands that share a transaction as those of a crowd do."""
    batch: dict[str, object] = {}
    now = room.clock.now()
    with room.database.write_engine.begin() as conn:
        return [
            draw(room, Tx(conn, now, [room.office_id], batch, {}), one, by_staff=by_staff)
            for one in wanted
        ]


def agrees(room: Room, issued: Issued) -> bool:
    """With the replay of everybody, as counters and screens are told it."""
    state = room.state()
    return issued.wait == forecast(state, room.house.office, state.now)[issued.id]


def test_draw_behind_many_counts_only_who_is_in_its_way(room: Room) -> None:
    """Counter 2 is idle: it does everything but businesses, and only they wait."""
    room.run(services.set_counter_state, counter_id=room.one, state="closed")
    room.clock.at = at_local(local_day(room.clock.now()), 17 * 60 + 30)
    many = ["gewerbeanmeldung"] * (MANY + 3)
    assert {one.wait for one in draws(room, *many, by_staff=True)} == {None}
    (idle,) = draws(room, "abholung")  # and is not refused as full
    assert idle.wait is not None
    assert idle.wait.is_next
    assert agrees(room, idle)
    room.run(services.set_counter_state, counter_id=room.one, state="open")
    last, after = draws(room, "gewerbeanmeldung", "gewerbeanmeldung", by_staff=True)
    assert last.wait == after.wait == BEYOND
    assert agrees(room, after)
    assert after.ahead == MANY + 4  # of the same moment L comes after F
    room.run(services.leave, token=idle.token)
    assert agrees(room, draws(room, "personalausweis", by_staff=True)[0])


def test_draw_behind_many_sees_what_others_did_in_the_same_transaction(room: Room) -> None:
    issued = draws(room, *["personalausweis"] * (MANY + 2))
    batch: dict[str, object] = {}
    now, office = room.clock.now(), [room.office_id]
    with room.database.write_engine.begin() as conn:

        def tx() -> Tx:
            return Tx(conn, now, office, batch, {})

        first = draw(room, tx(), "personalausweis")
        for nth in (0, 1):
            services.leave(tx(), token=issued[nth].token)
        draw(room, tx(), "abholung")
        last = draw(room, tx(), "personalausweis")
    assert (first.ahead, last.ahead) == (MANY + 2, MANY + 1)
    assert agrees(room, last)
