"""What is kept about mails, calendars and day lists, on both databases."""

from datetime import timedelta

from aufruf.booking import services, store
from aufruf.booking.lists import feed_store
from aufruf.booking.lists.day_list import read_day_list
from aufruf.booking.lists.feed_pages import end_feed, renew_feed
from aufruf.booking.mails import store as mail_store
from aufruf.booking.mails.kinds import Words
from aufruf.booking.mails.sending import Post
from aufruf.booking.rules import Wanted
from aufruf.core.clock import FixedClock
from aufruf.core.outbox_reading import counts_of, is_written, mails_of, send_again
from aufruf.core.secrets import token_hash
from aufruf.core.texts import Texts
from tests.booking.desk import THURSDAY, Desk, at

TEXTS = Texts.load(strict=True)
POST = Post("https://termine.example", "stadt@amtal.example", TEXTS, "k" * 40)


def test_own_words_are_written_over_and_forgotten(desk: Desk, clock: FixedClock) -> None:
    read, run, here = desk.database.read_now, desk.runner.run_now, desk.office.id
    key = (here, "confirmed", "de")
    for words in (Words("Eins", "Text"), Words("Zwei", "Text")):
        run(here, mail_store.keep_words, *key, words)
        assert read(mail_store.find_words, *key) == words
    assert read(mail_store.find_words, desk.house.registry.id, "confirmed", "de") is None
    assert read(mail_store.own_words_of, here) == {("confirmed", "de"): clock.now()}
    run(here, mail_store.forget_words, *key)
    assert read(mail_store.own_words_of, here) == {}


def test_outbox_is_read_by_office_and_a_mail_is_sent_again(desk: Desk) -> None:
    read, here, other = desk.database.read_now, desk.office.id, desk.house.registry.id
    held = desk.book(at("09:30"), post=POST)
    (mail,) = read(mails_of, here, "waiting", "AMIRA@")
    assert (mail.state, mail.recipient) == ("waiting", "amira@beispiel.example")
    assert read(mails_of, other) == []
    assert read(mails_of, here, None, "%") == []
    assert read(counts_of, here) == {"waiting": 1, "sent": 0, "failed": 0}
    assert read(is_written, f"appointment:{desk.find(held.reference).id}:confirmed:0")
    again = [
        desk.runner.run_now((), send_again, office_id=o, mail_id=mail.id) for o in (other, here)
    ]
    assert again == [False, True]


def test_feed_and_day_list_show_what_is_booked(desk: Desk, clock: FixedClock) -> None:
    read, here = desk.database.read_now, desk.office.id
    held = desk.book(at("09:30"), Wanted("personalausweis", 2))
    desk.hold(at("10:00"))
    first, token = (desk.runner.run_now(here, renew_feed, office_id=here) for _ in range(2))
    assert read(feed_store.office_of_feed, token_hash(first)) is None
    assert read(feed_store.office_of_feed, token_hash(token)) == here
    until = clock.now() + timedelta(days=30)
    (entry,) = read(feed_store.entries_of, here, clock.now(), until)
    assert (entry.reference, entry.services) == (
        held.reference,
        ((desk.house.offer().id, 2),),
    )
    german = TEXTS.in_language("de")
    (line,) = read(read_day_list, german, desk.office, THURSDAY).lines
    assert (line.start, line.name) == (at("09:30"), "Amira Kaya")
    desk.runner.run_now(here, end_feed, office_id=here)
    assert read(feed_store.feed_since, here) is None


def test_appointments_to_come_are_found_by_address(desk: Desk, clock: FixedClock) -> None:
    held = desk.book(at("09:30"))
    gone = desk.book(at("11:00"))
    desk.run(services.cancel_appointment, gone.reference)
    now = clock.now()
    found = desk.database.read_now(store.coming_by_email, "amira@beispiel.example", now, 10)
    assert [booked.reference for booked in found] == [held.reference]
    assert desk.database.read_now(store.coming_by_email, "x@beispiel.example", now, 10) == []
