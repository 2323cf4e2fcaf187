"""The stories the cases are taken from: every event there is, by the commands that emit it."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from functools import partial
from typing import Any

from aufruf.booking.services import Wanted
from aufruf.core.formats import day_start
from aufruf.display.slides import commands as slides
from aufruf.display.slides.rules import Content
from aufruf.queue import services as queue
from aufruf.queue.closing.commands import close_early, let_go, put_on_list, rebook, reopen
from aufruf.queue.reminding.commands import remind_counters
from aufruf.queue.remote.admitting import admit_due
from tests.display.cases.telling import Story
from tests.display.walk import quarter
from tests.queue.test_remote import equip


def at_counter(counter_id: int, ticket_id: int) -> dict[str, Any]:
    return {"counter_id": counter_id, "ticket_id": ticket_id}


def draw(story: Story, name: str | None = None) -> queue.Issued:
    """A number for a card; a case of its own where it has a name."""
    asked: dict[str, Any] = {"office_id": story.room.office_id, "language": "de"}
    asked["services"] = [Wanted("personalausweis")]
    if name is None:
        return story.silently(queue.issue_ticket, **asked)
    return story.tell(name, queue.issue_ticket, **asked)


def visit(story: Story) -> None:
    """One number, from the kiosk to the end, with everything a counter does on the way."""
    one, office = story.room.one, story.room.office_id
    story.tell("The counter opens", queue.set_counter_state, counter_id=one, state="break")
    story.silently(queue.set_counter_state, counter_id=one, state="open")
    ticket = draw(story, "A number is drawn").id
    other = draw(story, "A second number is drawn").id
    at = at_counter(one, ticket)
    story.tell("The next is called", queue.call_next, counter_id=one)
    story.tell("Called again", queue.recall, **at)
    story.wait(minutes=12)
    story.tell("Nobody came, the counter is asked", remind_counters, office_id=office)
    story.tell("Called again after that", queue.recall, **at)
    story.tell("Put back", queue.put_back, **at)
    story.tell("Called out of turn", queue.call_ticket, **at)
    story.tell("That call undone", queue.undo_step, counter_id=one, offices=story.seq)
    story.tell("Urgent", queue.set_priority, **at, priority=True)
    story.tell("Called as the urgent one", queue.call_next, counter_id=one)
    story.tell("The service begins", queue.start_service, **at)
    story.tell("That undone", queue.undo_step, counter_id=one, offices=story.seq)
    story.silently(queue.start_service, **at)
    story.tell("A note is written", queue.set_note, **at, text="Bitte Formular", was=None)
    asked = [Wanted("personalausweis"), Wanted("abholung")]
    story.tell("Something more is asked for", queue.change_services, **at, services=asked)
    story.tell("Parked", queue.park, **at, reason="Foto", done=[Wanted("abholung")])
    story.tell("A parked one waits again", queue.resume, **at)
    story.silently(queue.call_ticket, **at)
    story.tell("Nobody came, missed", queue.mark_no_show, **at)
    story.tell("Came after all", queue.return_ticket, **at)
    story.silently(queue.call_ticket, **at)
    story.silently(queue.start_service, **at)
    story.wait(minutes=50)
    story.tell("The visit lasts, the counter is asked", remind_counters, office_id=office)
    story.tell("Finished, and the next called", queue.finish_and_call_next, **at)
    story.tell("A finished one waits again", queue.return_ticket, **at)
    at["ticket_id"] = other
    story.tell("Parked for this counter", queue.park, **at, personal=True)
    story.tell("The counter closes", queue.set_counter_state, counter_id=one, state="closed")


def silent(story: Story) -> None:
    """Somebody stands before the counter: called without the screens."""
    one = story.room.one
    loud, quiet = draw(story).id, draw(story).id
    story.silently(queue.call_ticket, counter_id=story.room.two, ticket_id=loud)
    at = at_counter(one, quiet)
    story.tell("Called without a sound", queue.call_ticket, **at, silent=True)
    story.tell("Called with one after that", queue.recall, **at)
    story.silently(queue.put_back, **at)
    story.silently(queue.call_ticket, **at, silent=True)
    story.tell("A silent call is served", queue.start_service, **at)
    story.tell("A silent call is finished", queue.finish, **at)


def rooms(story: Story) -> None:
    """From one office to the other and back."""
    room = story.room
    story.silently(queue.set_counter_state, counter_id=room.twelve, state="open")
    ticket = draw(story).id
    here = at_counter(room.one, ticket)
    there = at_counter(room.twelve, ticket)
    registry = room.house.registry.id
    story.silently(queue.call_ticket, **here)
    story.tell("Sent to the other office", queue.transfer, **here, office_id=registry)
    story.tell("That undone", queue.undo_step, counter_id=room.one, offices=story.seq)
    story.silently(queue.transfer, **here, to_counter_id=room.twelve)
    story.tell("Called in the other office", queue.call_next, counter_id=room.twelve)
    story.tell("Sent back", queue.transfer, **there, office_id=room.office_id)
    story.tell("Called where it began", queue.call_ticket, **here)
    story.tell("Sent to a colleague", queue.transfer, **here, to_counter_id=room.two)


def phone(story: Story) -> None:
    """What the holder of a ticket does by phone, and an appointment that comes too."""
    room = story.room
    drawn = draw(story)
    story.tell("On the way", queue.say_on_the_way, token=drawn.token)
    story.tell("Ten minutes later", queue.delay, token=drawn.token, minutes=10)
    story.silently(queue.call_ticket, counter_id=room.one, ticket_id=drawn.id)
    story.tell("Later, though called", queue.delay, token=drawn.token, minutes=10)
    booked = room.appointment_id(story.book())
    story.tell(
        "A drawn number becomes an appointment's",
        queue.join_appointment,
        counter_id=room.one,
        ticket_id=drawn.id,
        appointment_id=booked,
    )
    story.tell("Leaves", queue.leave, token=drawn.token)
    story.tell("Stays after all", queue.stay, token=drawn.token)
    story.tell("Checks in", queue.check_in, code=story.book(), area_id=room.house.area_id)


def elsewhere(story: Story) -> None:
    """Who is not in the house is called and served like all, and never counted nor shown."""
    room = story.room
    equip(room)
    draw(story)
    story.book("phone")
    story.wait(minutes=30)
    story.tell("An appointment by phone begins", admit_due, office_id=room.office_id)
    (ticket,) = (one.id for one in room.state().waiting if one.channel == "phone")
    at = at_counter(room.one, ticket)
    story.tell("Called by phone", queue.call_ticket, **at)
    story.tell("Put back, by phone", queue.put_back, **at)
    story.tell(
        "Work without a citizen",
        queue.issue_ticket,
        office_id=room.office_id,
        services=[Wanted("personalausweis")],
        language="de",
        channel="back_office",
        by_staff=True,
    )


def closing(story: Story) -> None:
    """An office closes early; numbers are thrown away and brought back."""
    room = story.room
    drawn = [draw(story) for _ in range(4)]
    story.silently(queue.call_ticket, counter_id=room.one, ticket_id=drawn[0].id)
    thrown = story.tell(
        "Numbers are thrown away",
        queue.discard_range,
        counter_id=room.one,
        letter="A",
        first=1,
        last=2,
    )
    story.tell(
        "They are brought back",
        queue.undo_discard,
        counter_id=room.one,
        discard_id=thrown.id,
    )
    one = drawn[1].id
    story.tell("One is thrown away", queue.discard, counter_id=room.one, ticket_id=one)
    story.tell("The office closes early", close_early, office_id=room.office_id)
    tomorrow = quarter(room.clock.now() + timedelta(days=1))
    first, *_, last = (ticket.id for ticket in drawn)
    story.tell("An appointment instead", rebook, ticket_id=first, start=tomorrow, name="A 001")
    story.tell("No appointment wanted", let_go, ticket_id=last, because="declined")
    story.tell("One after all", put_on_list, ticket_id=last)
    story.tell("The office opens again", reopen, office_id=room.office_id)


def alarm(story: Story) -> None:
    """A call for help is no business of the screens."""
    room = story.room
    raised = story.tell("A counter calls for help", queue.raise_emergency, counter_id=room.one)
    said: dict[str, Any] = {"emergency_id": raised.id}
    story.tell("Somebody comes", queue.acknowledge_emergency, **said, counter_id=room.two)
    story.tell("It is over", queue.end_emergency, **said, office_id=room.office_id)


def bound(story: Story) -> None:
    """More calls than the board keeps, some of them withdrawn."""
    room = story.room
    drawn = [draw(story).id for _ in range(15)]
    for nth, ticket in enumerate(drawn[:14]):
        at = at_counter(room.one, ticket)
        story.silently(queue.call_ticket, **at)
        if nth % 4 == 1:
            story.silently(queue.put_back, **at)
        else:
            story.silently(queue.start_service, **at)
            story.silently(queue.finish, **at)
    last = at_counter(room.one, drawn[14])
    story.tell("The oldest call makes room", queue.call_ticket, **last)
    again = at_counter(room.two, drawn[1])
    story.tell("One that left the board comes back", queue.call_ticket, **again)


def night(story: Story) -> None:
    """What is left is closed by the system."""
    room = story.room
    tickets = [draw(story).id for _ in range(4)]
    story.silently(queue.call_ticket, counter_id=room.one, ticket_id=tickets[0])
    at = at_counter(room.two, tickets[1])
    story.silently(queue.call_ticket, **at)
    story.silently(queue.start_service, **at)
    story.wait(minutes=24 * 60)
    story.tell("The night", queue.close_day, office_id=room.office_id)


def screens(story: Story) -> None:
    """What the offices put on their screens beside the calls."""
    room = story.room
    here: dict[str, Any] = {"office_id": room.office_id}
    there: dict[str, Any] = {"office_id": room.house.registry.id}
    story.silently(queue.call_ticket, **at_counter(room.one, draw(story).id))
    sheet = Content("text", "Fundsachen", "Bitte an Platz 1 fragen.")
    added = story.tell("A slide is added", slides.add_slide, **here, content=sheet)
    slide: dict[str, Any] = {"slide_id": added.id}
    story.tell("It is switched off", slides.switch_slide, **here, **slide, active=False)
    story.tell("It is removed", slides.remove_slide, **here, **slide)
    opening = Content("opening")
    story.tell("The other office adds one", slides.add_slide, **there, content=opening)
    put_up = partial(slides.put_up_message, **here)
    story.tell("A message is put up", put_up, text="Probealarm.", text_en=None, until=None)
    noon = day_start(story.day) + timedelta(hours=12)
    more: dict[str, Any] = {"text_en": "The lift is out of order.", "until": noon}
    story.tell("Another one stands there", put_up, text="Der Aufzug steht.", **more)
    both = partial(slides.put_up_message, **there)
    story.tell(
        "The other office has one", both, text="Wir sind umgezogen.", text_en=None, until=None
    )
    story.wait(minutes=4 * 60)
    story.tell("Its time is over", slides.end_message, **here)
    story.tell("It is taken down", slides.take_down_message, **there)


STORIES: Mapping[str, Callable[[Story], None]] = {
    "visit": visit,
    "silent": silent,
    "rooms": rooms,
    "phone": phone,
    "elsewhere": elsewhere,
    "closing": closing,
    "alarm": alarm,
    "bound": bound,
    "night": night,
    "screens": screens,
}
