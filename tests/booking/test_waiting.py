"""The waiting list by its commands: who is offered what, and what becomes of places and mails."""

from dataclasses import replace
from datetime import date, timedelta

from aufruf.booking import services
from aufruf.booking.rules import Contact, Wanted
from aufruf.booking.waiting import commands as waiting
from aufruf.booking.waiting.rules import Window
from aufruf.core.clock import FixedClock
from aufruf.core.errors import DomainError
from aufruf.office.changes import OpeningRulesChanged
from aufruf.office.directory import current_directory
from tests.booking.desk import THURSDAY, at, refused
from tests.booking.waiting import (
    ANY_DAY,
    FEW_TIMES,
    FRIDAY,
    MARRIAGE,
    MONDAY,
    POST,
    WEDNESDAY,
    Line,
)

CARLA = Contact("Carla Conrad", "carla@beispiel.example", "06081 12345")


def test_freed_time_is_held_for_whoever_waited_longest(line: Line, clock: FixedClock) -> None:
    freed = line.book(at("09:30"), "Bernd")
    line.book(at("13:00", FRIDAY), "Dora")
    late, later = line.book(at("14:00", FRIDAY), "Amira"), line.book(at("15:00", FRIDAY), "Carla")
    first = line.wait(late)
    clock.move(timedelta(minutes=1))
    line.wait(later)
    line.cancel(freed)
    offer = line.offer()
    assert (offer.entry_id, offer.start_at) == (first.id, at("09:30"))
    assert offer.until == at("09:00")  # 24 hours would end after the time has come
    hold = line.hold(offer)
    assert (hold.status, hold.source, hold.name) == ("held", "waiting", None)
    with refused("slot_taken", 409):
        line.book(at("09:30"), "Dora")
    subject, words, _ = line.desk.mails()[-2]
    assert "09:30" in subject
    assert "/termin/angebot/" in words


def test_offer_of_a_telephone_appointment_says_so_and_what_it_is_about(line: Line) -> None:
    line.load(FEW_TIMES.replace('letter = "R"', 'letter = "R", channels = ["phone"]'))
    freed = line.desk.hold(at("09:30"), *MARRIAGE, office=line.registry, contact=CARLA,
                           channel="phone")  # fmt: skip
    line.wait_without(CARLA, Window(THURSDAY, THURSDAY), channel="phone")
    line.cancel(freed)
    (words,) = (text for _, text, _ in line.desk.mails() if "/termin/angebot/" in text)
    assert "Telefontermin\nStandesamt" in words
    assert "Ihre Anliegen:\n- Eheschließung anmelden" in words


def test_taking_moves_the_appointment_in_one_step_and_asks_the_next(
    line: Line, clock: FixedClock
) -> None:
    freed = line.book(at("09:30"), "Bernd")
    line.book(at("13:00", FRIDAY), "Dora")
    own, last = line.book(at("14:00", FRIDAY), "Amira"), line.book(at("15:00", FRIDAY), "Carla")
    entry, behind = line.wait(own), line.wait(last)
    line.cancel(freed)
    offer = line.offer()
    held = line.take(offer)
    assert (held.reference, held.start, held.status) == (own.reference, at("09:30"), "confirmed")
    moved = line.desk.find(own.reference)
    assert (moved.sequence, len(line.desk.places(own.reference))) == (1, 9)
    assert line.hold(offer).status == "expired"
    assert line.entry(entry).status == "served"
    next_offer = line.offer()
    assert (next_offer.entry_id, next_offer.start_at) == (behind.id, at("14:00", FRIDAY))
    assert "REQUEST" in [method for _, _, method in line.desk.mails()[-2:]]
    assert line.take(offer) == held  # pressed twice, or in another tab
    assert line.desk.find(own.reference).sequence == 1
    clock.move(timedelta(days=2))
    assert line.take(offer).start == at("09:30")


def test_declined_or_lapsed_goes_to_the_next_and_is_never_offered_again(
    line: Line, clock: FixedClock
) -> None:
    freed = line.book(at("13:00", FRIDAY), "Bernd")
    owns = [line.book(at(f"{hour}:00", FRIDAY), name) for hour, name in ((14, "A"), (15, "B"))]
    entries = [line.wait(own) for own in owns]
    line.cancel(freed)
    first = line.offer()
    assert first.entry_id == entries[0].id
    line.decline(first)
    line.decline(first)
    second = line.offer()
    assert (second.entry_id, second.start_at) == (entries[1].id, at("13:00", FRIDAY))
    with refused("offer_over", 409):
        line.take(first)
    clock.move(timedelta(hours=24))
    with refused("offer_over", 409):
        line.take(second)
    line.tidy(FRIDAY)
    assert [line.find_offer(each).status for each in (first, second)] == ["declined", "lapsed"]
    assert [each for each in line.offers() if each.start_at == at("13:00", FRIDAY)] == []
    assert line.book(at("13:00", FRIDAY), "Dora").status == "confirmed"
    assert line.desk.find(owns[1].reference).start_at == at("15:00", FRIDAY)


def test_offer_for_today_lasts_half_an_hour(line: Line) -> None:
    freed = line.book(at("14:00", WEDNESDAY), "Bernd")
    line.wait(line.book(at("14:00", FRIDAY)))
    line.cancel(freed)
    assert line.offer().until == at("10:00", WEDNESDAY)


def test_without_an_appointment_the_offer_books(line: Line, clock: FixedClock) -> None:
    freed = line.book(at("09:30"), "Bernd")
    entry = line.wait_without(CARLA, Window(THURSDAY, THURSDAY, to_minute=600))
    line.cancel(freed)
    offer = line.offer()
    held = line.take(offer)
    booked = line.desk.find(held.reference)
    assert (booked.status, booked.name, booked.phone, booked.source) == (
        "confirmed",
        "Carla Conrad",
        "06081 12345",
        "waiting",
    )
    assert len(line.desk.places(held.reference)) == 9
    ended = line.entry(entry)
    assert (ended.status, ended.name, ended.email, ended.email_key) == ("served", *[None] * 3)
    assert line.desk.mails()[-1][2] == "REQUEST"
    clock.move(timedelta(days=3))
    line.tidy()
    assert line.desk.find(held.reference).status == "confirmed"


def test_nobody_waits_by_mail_alone_before_the_link_was_followed(
    line: Line, clock: FixedClock
) -> None:
    freed = line.book(at("09:30"), "Bernd")
    entry = line.ask(CARLA)
    assert line.ask(CARLA).id == entry.id  # pressed twice
    assert "/termin/warteliste/" in line.desk.mails()[-1][1]
    with refused("contact_required", 422):
        line.ask(Contact("Carla"))
    line.cancel(freed)
    assert line.offers() == []
    clock.move(timedelta(hours=24))
    line.tidy(THURSDAY)
    assert (line.entry(entry).status, line.entry(entry).email) == ("ended", None)
    confirmed = line.desk.runner.run_now(
        line.registry.id, waiting.confirm_waiting, reference=entry.reference
    )
    assert confirmed.status == "ended"


def test_one_address_waits_for_three_things_at_most(line: Line) -> None:
    office = line.desk.office
    for count in (1, 2, 3):
        line.ask(CARLA, office=office, services=[Wanted("personalausweis", count)])
    with refused("limit_reached", 409):
        line.ask(CARLA, office=office, services=[Wanted("abholung")])


def test_shorter_visit_is_offered_a_part_of_what_was_freed(line: Line) -> None:
    """At the citizen office: two places, 30 minutes freed, 15 wanted, beside what is taken."""
    desk, office = line.desk, line.desk.office
    business = Wanted("gewerbeanmeldung")
    freed = desk.book(at("08:00"), business)
    for start in ("08:00", "08:15"):
        desk.book(at(start))
    own = desk.book(at("17:00"))
    entry = line.wait(own, Window(THURSDAY, THURSDAY, from_minute=485, to_minute=510))
    line.cancel(freed)
    (offer,) = line.offers(office)
    assert (offer.entry_id, offer.start_at) == (entry.id, at("08:15"))
    assert desk.book(at("08:00")).status == "confirmed"


def test_nobody_gets_in_between_the_end_of_an_offer_and_the_job(
    line: Line, clock: FixedClock
) -> None:
    freed = line.book(at("13:00", FRIDAY), "Bernd")
    owns = [line.book(at(f"{hour}:00", FRIDAY), name) for hour, name in ((14, "A"), (15, "B"))]
    first, second = (line.wait(own) for own in owns)
    line.cancel(freed)
    offer = line.offer()
    assert offer.entry_id == first.id
    clock.move(offer.until - clock.now())
    with refused("slot_taken", 409):
        line.book(at("13:00", FRIDAY), "Dora")
    assert line.find_offer(offer).status == "open"  # of a refused command nothing stays
    dora = line.book(at("10:00", MONDAY), "Dora")
    assert line.find_offer(offer).status == "lapsed"
    assert (line.offer().entry_id, line.offer().start_at) == (second.id, at("13:00", FRIDAY))
    clock.move(line.offer().until - clock.now())
    line.move(dora, at("13:00", FRIDAY))  # nobody else waits for it
    assert line.offers() == []


def test_cancelled_or_moved_on_the_offer_goes_to_the_next(line: Line) -> None:
    freed = line.book(at("09:30"), "Bernd")
    owns = [
        line.book(at(f"{hour}:00", FRIDAY), name)
        for hour, name in ((13, "A"), (14, "B"), (15, "C"))
    ]
    entries = [line.wait(own) for own in owns]
    line.cancel(freed)
    gone = line.offer()
    line.cancel(owns[0])
    with refused("offer_over", 409):
        line.take(gone)
    offered = {each.start_at: each for each in line.offers()}
    assert offered[at("09:30")].entry_id == entries[1].id
    assert offered[at("13:00", FRIDAY)].entry_id == entries[2].id
    line.move(owns[1], at("14:00", WEDNESDAY))  # by themselves, and earlier than the offer
    assert line.find_offer(offered[at("09:30")]).status == "withdrawn"
    assert line.entry(entries[1]).status == "waiting"
    line.move(owns[1], at("10:00", MONDAY))
    assert line.entry(entries[1]).status == "ended"


def test_who_leaves_is_forgotten_and_may_come_back_behind(line: Line, clock: FixedClock) -> None:
    own = line.book(at("14:00", FRIDAY))
    entry = line.wait(own)
    clock.move(timedelta(minutes=1))
    assert line.wait(own, replace(ANY_DAY, from_minute=480)).created_at == entry.created_at
    for _ in range(2):
        line.desk.runner.run_now(
            line.registry.id, waiting.leave_waiting_list, entry_id=entry.id, post=POST
        )
    assert line.entry(entry).status == "ended"
    again = line.wait(own)
    assert (again.id, again.created_at) == (entry.id, clock.now())


def test_only_what_is_booked_and_to_come_can_wait(line: Line, clock: FixedClock) -> None:
    held = line.desk.hold(at("13:00", FRIDAY), Wanted("eheschliessung"), office=line.registry)
    with refused("wrong_state", 409):
        line.wait(held)
    own = line.book(at("09:30"))
    for window in (
        Window(FRIDAY, FRIDAY),
        Window(date(2026, 11, 1), date(2026, 11, 24)),
        replace(ANY_DAY, weekdays=frozenset[int]()),
    ):
        with refused("invalid_window", 422):
            line.wait(own, window)
    silent = line.desk.hold(
        at("15:00", FRIDAY),
        Wanted("eheschliessung"),
        office=line.registry,
        contact=Contact("Dora"),
    )
    with refused("contact_required", 422):
        line.wait(silent)
    entry = line.wait(own)
    clock.move(timedelta(days=1))
    with refused("in_the_past", 409):
        line.wait(own)
    line.tidy()
    assert line.entry(entry).status == "ended"


def test_freed_places_wait_a_random_time_where_the_town_wants_it(
    line: Line, clock: FixedClock
) -> None:
    """After the waiting list, and for the public alone to see: at most so many minutes."""
    line.load(FEW_TIMES.replace('email = "standes', 'resale_delay_minutes = 600\nemail = "standes'))
    freed = [line.book(at(f"{hour}:00", FRIDAY), "B") for hour in (13, 14, 15)]
    line.wait(line.book(at("10:00", MONDAY)), Window(FRIDAY, FRIDAY, from_minute=900))
    for each in freed:
        line.cancel(each)
    assert line.offer().start_at == at("15:00", FRIDAY)
    free = [_can_book(line, hour) for hour in (13, 14)]
    clock.move(timedelta(minutes=601))
    assert [free, [_can_book(line, hour) for hour in (13, 14)]] == [[False] * 2, [True] * 2]


def _can_book(line: Line, hour: int) -> bool:
    try:
        line.book(at(f"{hour}:00", FRIDAY), "C")
    except DomainError:
        return False
    return True


def test_changed_hours_withdraw_offers_and_are_no_conflict(line: Line) -> None:
    desk = line.desk
    freed = line.book(at("09:30"), "Bernd")
    line.wait(line.book(at("14:00", FRIDAY)))
    line.cancel(freed)
    offer = line.offer()
    closed = FEW_TIMES.replace(
        'crest = "usingen"\n',
        'crest = "usingen"\n[[municipalities.closures]]\n'
        'first_day = 2026-11-26\nlast_day = 2026-11-26\nreason = "Krankheit"\n',
    )
    line.load(closed)
    desk.runner.run_now(
        line.registry.id, lambda tx: tx.react(OpeningRulesChanged(line.registry.id))
    )
    assert line.find_offer(offer).status == "withdrawn"
    assert (
        desk.runner.run_now(
            line.registry.id,
            lambda tx: services.find_conflicts(tx, current_directory(tx).office(line.registry.id)),
        )
        == []
    )
    with refused("offer_over", 409):
        line.take(offer)
