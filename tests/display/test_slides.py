"""Slides and messages on the tables: what commands keep, what screens hear, who wins a race."""

from collections.abc import Callable
from datetime import timedelta
from io import BytesIO

import pytest
from PIL import Image
from sqlalchemy import text

from aufruf.core.errors import DomainError
from aufruf.core.formats import local_day
from aufruf.core.tx import Tx
from aufruf.display.events import MessagePutUp, MessageTakenDown, SlidesChanged
from aufruf.display.slides import commands, store
from aufruf.display.slides.pictures import Picture, read_picture
from aufruf.display.slides.rules import MOST_REMOVED, MOST_SLIDES, Content, SlideNow
from tests.conftest import START
from tests.display.law import read
from tests.queue.room import Room
from tests.races import Ran, drop_guard, race, winners

POSITIONS = "uq_slide_office_id_position"


def text_slide(number: int) -> Content:
    return Content("text", f"Seite {number}")


def picture_of(colour: str) -> Picture:
    out = BytesIO()
    Image.new("RGB", (64, 36), colour).save(out, "PNG")
    return read_picture(out.getvalue())


def add(room: Room, content: Content, picture: Picture | None = None) -> SlideNow:
    return room.run(commands.add_slide, office_id=room.office_id, content=content, picture=picture)


def fill(room: Room, count: int) -> list[int]:
    """So many slides, by their ids."""

    def command(tx: Tx) -> list[int]:
        return [
            commands.add_slide(tx, office_id=room.office_id, content=text_slide(n)).id
            for n in range(count)
        ]

    return room.run(command)


def order(room: Room) -> list[int]:
    """The ids in their order; their places count from 1 without a gap."""
    slides = room.database.read_now(store.load_slides, room.office_id)
    assert [slide.position for slide in slides] == list(range(1, len(slides) + 1))
    return [slide.id for slide in slides]


def run(room: Room, command: Callable[..., None], slide_id: int, **more: object) -> None:
    room.run(command, office_id=room.office_id, slide_id=slide_id, **more)


def refused(room: Room, act: Callable[[], object]) -> str:
    with pytest.raises(DomainError) as refusal:
        act()
    return refusal.value.code


def test_slides_keep_their_order_through_everything(room: Room) -> None:
    one, two, three, four = fill(room, 4)
    run(room, commands.move_slide, four, before=one)
    assert order(room) == [four, one, two, three]
    run(room, commands.move_slide, four, before=one)  # pressed twice
    run(room, commands.move_slide, one, before=None)
    assert order(room) == [four, two, three, one]
    run(room, commands.remove_slide, two)
    run(room, commands.remove_slide, two)
    run(room, commands.move_slide, one, before=two)  # its neighbour has gone meanwhile
    assert order(room) == [four, three, one]
    run(room, commands.switch_slide, three, active=False)
    assert order(room) == [four, three, one]
    run(room, commands.bring_back, two)
    run(room, commands.bring_back, two)
    assert order(room) == [four, three, one, two]
    changes = [one.version for one in room.events() if isinstance(one, SlidesChanged)]
    assert changes == list(range(1, 10)), "what changed nothing told nobody"


def test_screens_read_what_they_heard(room: Room) -> None:
    first = add(room, text_slide(1))
    run(room, commands.change_slide, first.id, content=text_slide(2))
    room.run(
        commands.put_up_message,
        office_id=room.office_id,
        text="Probealarm um 11 Uhr",
        text_en=None,
        until=START + timedelta(hours=2),
    )
    board = read(room, local_day(START)).board
    slug = room.house.office.slug
    assert board.slides == {slug: 2}
    assert board.messages[slug].text == "Probealarm um 11 Uhr"


def test_another_offices_slide_is_not_there(room: Room) -> None:
    slide = add(room, text_slide(1))
    other = room.house.registry.id

    def act(command: Callable[..., None], **more: object) -> str:
        return refused(room, lambda: room.run(command, office_id=other, slide_id=slide.id, **more))

    codes = {
        act(commands.change_slide, content=text_slide(2)),
        act(commands.move_slide, before=None),
        act(commands.switch_slide, active=False),
        act(commands.remove_slide),
        act(commands.bring_back),
    }
    assert codes == {"not_found"}


def test_message_stands_until_it_is_taken_down_or_over(room: Room) -> None:
    office = {"office_id": room.office_id}

    def put_up(said: str, minutes: int | None = None) -> None:
        until = None if minutes is None else room.clock.now() + timedelta(minutes=minutes)
        room.run(commands.put_up_message, **office, text=said, text_en=None, until=until)

    put_up("Eins")
    put_up("Eins")  # pressed twice
    put_up("Zwei", minutes=10)
    room.wait(minutes=9)
    room.run(commands.end_message, **office)
    room.wait(minutes=1)
    now = room.clock.now()
    assert room.database.read_now(store.find_offices_with_old_message, now) == (room.office_id,)
    room.run(commands.end_message, **office)
    room.run(commands.take_down_message, **office)
    put_up("Drei")
    room.run(commands.end_message, **office)
    room.run(commands.take_down_message, **office)
    told = [one for one in room.events() if isinstance(one, MessagePutUp | MessageTakenDown)]
    said = [one.text if isinstance(one, MessagePutUp) else "-" for one in told]
    assert said == ["Eins", "Zwei", "-", "Drei", "-"]


def test_picture_is_kept_as_long_as_a_slide_may_show_it(room: Room) -> None:
    red, blue = picture_of("red"), picture_of("blue")
    first = add(room, Content("picture", "Rot", picture=red.digest), red)
    second = add(room, Content("picture", "Rot", picture=red.digest), red)
    add(room, Content("picture", "Blau", picture=blue.digest), blue)

    def has(picture: Picture, office_id: int) -> bool:
        found = room.database.read_now(store.find_picture, picture.digest, (office_id,))
        return found == ("image/jpeg", picture.content)

    def forget() -> None:
        room.runner.run_now((), commands.forget_slides)

    assert has(red, room.office_id)
    assert not has(red, room.house.registry.id), "another office's is not shown"
    run(room, commands.remove_slide, first.id)
    room.wait(minutes=25 * 60)
    forget()
    assert refused(room, lambda: run(room, commands.bring_back, first.id)) == "not_found"
    assert has(red, room.office_id), "the second one shows it still"
    run(room, commands.remove_slide, second.id)
    forget()
    run(room, commands.bring_back, second.id)
    run(room, commands.remove_slide, second.id)
    room.wait(minutes=25 * 60)
    forget()
    kept = room.database.read_now(store.load_sizes, [red.digest, blue.digest])
    assert list(kept) == [blue.digest]
    again = add(room, Content("picture", "Rot", picture=red.digest), red)
    assert has(red, room.office_id)
    assert again.position == 2


def test_only_the_last_removed_are_kept(room: Room) -> None:
    slides = fill(room, MOST_REMOVED + 2)
    for slide_id in slides:
        room.wait(seconds=1)
        run(room, commands.remove_slide, slide_id)
    removed = room.database.read_now(store.load_removed, room.office_id)
    assert [one.id for one in removed] == slides[:1:-1]


def add_nth(tx: Tx, office_id: int, nth: int) -> int:
    return commands.add_slide(tx, office_id=office_id, content=text_slide(nth)).id


def race_for_the_last(room: Room, *, locked: bool) -> list[Ran[int]]:
    fill(room, MOST_SLIDES - 1)
    return race(
        room.database,
        room.clock,
        lambda tx, nth: add_nth(tx, room.office_id, nth),
        racers=8,
        offices=[room.office_id],
        locked=locked,
        meet_before=None if locked else "INSERT INTO slide ",
    )


def count(room: Room) -> int:
    with room.database.read_engine.connect() as conn:
        return conn.execute(text("SELECT count(*) FROM slide")).scalar_one()


def test_last_place_goes_to_one(room: Room) -> None:
    ran = race_for_the_last(room, locked=True)
    assert (winners(ran), count(room)) == (1, MOST_SLIDES)
    assert {one.refused for one in ran} == {None, "too_many_slides"}


def test_last_place_is_safe_without_the_lock(room: Room) -> None:
    ran = race_for_the_last(room, locked=False)
    assert (winners(ran), count(room)) == (1, MOST_SLIDES)


def test_last_place_needs_the_constraint(room: Room) -> None:
    """The negative control."""
    drop_guard(room.database, POSITIONS)
    ran = race_for_the_last(room, locked=False)
    assert winners(ran) > 1
    assert count(room) > MOST_SLIDES


def test_all_moving_at_once_leave_one_order(room: Room) -> None:
    slides = fill(room, 8)

    def act(tx: Tx, nth: int) -> None:
        before = slides[(nth * 3 + 1) % 8]
        commands.move_slide(tx, office_id=room.office_id, slide_id=slides[nth], before=before)

    offices = [room.office_id]
    ran = race(room.database, room.clock, act, racers=8, offices=offices, locked=True)
    assert winners(ran) == 8
    assert sorted(order(room)) == slides
