"""Pages about mails: an office's own words, the outbox, the calendar feed, the day list, mine."""

import re
from collections.abc import Iterator
from datetime import timedelta
from html import unescape
from pathlib import Path

import pytest
import vobject
from sqlalchemy import text
from starlette.testclient import TestClient

from aufruf.booking import services
from aufruf.booking.lists.day_mail import due_day, offices_due, send_day_list
from aufruf.booking.mails.reminders import send_reminders
from aufruf.booking.mails.sending import Post
from aufruf.booking.rules import Contact, Wanted
from aufruf.core.clock import FixedClock
from aufruf.core.database import Database
from aufruf.core.runner import Runner
from aufruf.core.texts import Texts
from aufruf.office.files.sources import SourceFile
from aufruf.office.staff.commands import set_password, sign_in
from aufruf.office.staff.passwords import hash_password
from tests.booking.browser import PAGE, SECRET_KEY, visiting
from tests.booking.desk import Desk, at
from tests.booking.test_pages import text_of
from tests.factories import AMTAL, load_texts

POST = Post("http://localhost:8000", "stadt@amtal.example", Texts.load(strict=True), SECRET_KEY)
PROVEN = hash_password("Wernborn an der Usa")
MAILS = "/office/amtal-buergerbuero/mails"
WORDS = f"{MAILS}/confirmed/de"
OUTBOX = f"{MAILS}/outbox"
DAY = "/office/amtal-buergerbuero/day?date=2026-11-26"
EVENING = AMTAL.read_text(encoding="utf-8").replace(
    'email = "buergerbuero@amtal.example"\n',
    'email = "buergerbuero@amtal.example"\nday_list_at = "16:00"\n',
)


@pytest.fixture
def desk(sqlite_database: Database, clock: FixedClock) -> Desk:
    house = load_texts(sqlite_database, clock, SourceFile("amtal.toml", EVENING))
    return Desk(sqlite_database, Runner(sqlite_database, clock, None, {}), house)


@pytest.fixture
def client(desk: Desk, clock: FixedClock, tmp_path: Path) -> Iterator[TestClient]:
    """Somebody whom nobody knows."""
    with visiting(desk.database, clock, tmp_path) as opened:
        opened.headers.update(PAGE)
        yield opened


def signed_in(desk: Desk, client: TestClient, login: str) -> TestClient:
    desk.runner.run_now((), set_password, login=login, password_hash=PROVEN)
    session = desk.runner.run_now((), sign_in, login=login, proven=PROVEN)
    client.headers["authorization"] = f"Bearer {session.secret}"
    return client


@pytest.fixture
def lena(desk: Desk, client: TestClient) -> TestClient:
    """The administrator."""
    return signed_in(desk, client, "leitung")


def set_mails(desk: Desk, values: str) -> None:
    with desk.database.write_engine.begin() as conn:
        conn.execute(text(f"UPDATE outbox_mail SET {values}"))


def test_office_writes_its_own_words_and_goes_back(lena: TestClient, desk: Desk) -> None:
    assert "Bestätigung" in text_of(lena.get(MAILS).text)
    own = {"subject": "Bis bald: {moment}", "text": "{greeting}\r\n\r\nWir freuen uns."}
    kept = lena.post(WORDS, data=own)
    assert (kept.status_code, kept.headers["location"]) == (303, f"{WORDS}?kept=1")
    assert "eigener Text" in text_of(lena.get(MAILS).text)
    held = desk.book(at("09:30"), Wanted("personalausweis"), post=POST)
    subject, body, _ = desk.mails()[-1]
    assert subject == "Bis bald: Do., 26.11.2026, 09:30 Uhr"
    assert body.startswith("Guten Tag Amira Kaya,\n\nWir freuen uns.\n\n")
    assert POST.link(held.reference) in body  # what the own words forgot is added
    assert POST.code(held.reference) in body
    back = lena.post(WORDS, data={"act": "standard"})
    assert back.headers["location"] == f"{WORDS}?standard=1"
    desk.book(at("09:30"), post=POST)
    assert desk.mails()[-1][0].startswith("Ihr Termin am")


def test_unknown_placeholder_is_refused_and_nothing_typed_is_lost(lena: TestClient) -> None:
    refused = lena.post(WORDS, data={"subject": "Hallo {nmae}", "text": "{greeting} und mehr"})
    assert refused.status_code == 422
    words = text_of(refused.text)
    assert "{nmae} gibt es hier nicht" in words
    assert "Anrede mit Namen" in words  # the placeholders that there are
    assert 'value="Hallo {nmae}"' in refused.text
    assert "{greeting} und mehr</textarea>" in refused.text
    assert lena.get(f"{MAILS}/nothing/de").status_code == 404
    assert lena.get(f"{MAILS}/confirmed/fr").status_code == 404


def test_preview_shows_the_draft_in_a_frame_that_runs_nothing(lena: TestClient) -> None:
    draft = {"subject": "{moment}", "text": "Hallo <script>alert(1)</script>\n\n{link}"}
    shown = lena.post(f"{WORDS}/preview", data=draft)
    assert shown.status_code == 200
    policy = shown.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "sandbox allow-popups" in policy
    assert "allow-scripts" not in policy
    assert "frame-ancestors 'self'" in policy
    assert "x-frame-options" not in shown.headers
    mail = unescape(shown.text.partition('srcdoc="')[2].partition('"')[0])
    assert "Hallo &lt;script&gt;" in mail
    assert "MUST-ER23" in shown.text
    assert "Ihr Termin ist gebucht" in lena.get(f"{WORDS}/preview").text


def test_only_administrators_change_words_and_clerks_see_their_outbox(
    client: TestClient, desk: Desk
) -> None:
    bernd = signed_in(desk, client, "bernd")
    for path in (MAILS, WORDS, f"{WORDS}/preview"):
        assert bernd.get(path).status_code == 403
    assert bernd.post(f"{MAILS}/feed", data={"act": "renew"}).status_code == 403
    assert bernd.get(OUTBOX).status_code == 200
    assert bernd.get(OUTBOX.replace("buergerbuero", "standesamt")).status_code == 403


def test_outbox_says_what_became_of_each_mail_and_sends_again(lena: TestClient, desk: Desk) -> None:
    desk.book(at("09:30"), post=POST)
    assert "Es ist noch kein Mailserver eingestellt" in text_of(lena.get(OUTBOX).text)
    set_mails(desk, "status = 'failed', attempts = 1, error = 'SMTPRecipientsRefused 550'")
    words = text_of(lena.get(OUTBOX).text)
    assert "Ihr Termin am Do., 26.11.2026, 09:30 Uhr amira@beispiel.example" in words
    assert "Die Adresse wird nicht angenommen." in words
    assert "1 Mail konnte nicht zugestellt werden" in text_of(lena.get(MAILS).text)
    assert "amira" in lena.get(f"{OUTBOX}?state=failed&to=AMIRA").text
    assert lena.get(f"{OUTBOX}?before={2**31}").status_code == 422
    assert lena.post(f"{OUTBOX}/{10**20}/again").status_code == 303
    for nothing in ("?state=sent", "?to=100%25", "?before=1"):
        assert "Hier ist keine Mail." in text_of(lena.get(f"{OUTBOX}{nothing}").text)
    assert lena.get(f"{OUTBOX}?state=lost").status_code == 422

    def state() -> list[tuple[str, int]]:
        query = text("SELECT status, attempts FROM outbox_mail")
        return desk.database.read_now(lambda conn: [(r[0], r[1]) for r in conn.execute(query)])

    assert lena.post(f"{OUTBOX.replace('buergerbuero', 'standesamt')}/1/again").status_code == 303
    assert state() == [("failed", 1)]
    assert lena.post(f"{OUTBOX}/1/again").status_code == 303
    assert state() == [("waiting", 0)]
    set_mails(desk, "status = 'sent', sent_at = created_at")
    assert "Verschickt Mi., 25.11.2026, 09:30 Uhr" in text_of(lena.get(OUTBOX).text)
    assert "again" not in lena.get(OUTBOX).text


def test_outbox_is_bounded_and_leads_to_older_mails(lena: TestClient, desk: Desk) -> None:
    desk.book(at("09:30"), post=POST)
    copy = text(
        "INSERT INTO outbox_mail (purpose, status, created_at, due_at,"
        " useless_after, attempts, sender,"
        " recipient, subject, text, office_id) SELECT 'copy:' || :n, 'waiting', created_at,"
        " due_at, useless_after, 0, sender, recipient, 'Mail ' || :n || '.', text, office_id"
        " FROM outbox_mail WHERE id = 1"
    )
    with desk.database.write_engine.begin() as conn:
        conn.execute(copy, [{"n": n} for n in range(60)])
    first = lena.get(f"{OUTBOX}?state=waiting").text
    assert first.count('class="outbox-what"') == 50
    (older,) = re.findall(r'href="([^"]*before=[^"]*)"', first)
    rest = lena.get(unescape(older)).text
    assert rest.count('class="outbox-what"') == 11
    assert "before=" not in rest


def test_feed_tells_time_and_service_but_never_who(lena: TestClient, desk: Desk) -> None:
    amira = Contact("Amira Kaya", "amira@beispiel.example", "06081 4711", "Bin im Rollstuhl")
    held = desk.hold(at("09:30"), Wanted("personalausweis", 2), contact=amira, post=POST)
    desk.hold(at("10:00"))
    gone = desk.hold(at("11:00"), contact=Contact("Bernd Beispiel"))
    desk.run(services.cancel_appointment, gone.reference)
    shown = lena.post(f"{MAILS}/feed", data={"act": "renew"})
    (address,) = re.findall(r"http://localhost:8000(/kalender/[a-z2-7]{26}\.ics)", shown.text)
    assert address not in lena.get(MAILS).text  # shown once
    del lena.headers["authorization"]
    feed = lena.get(address)
    assert feed.headers["content-type"].startswith("text/calendar")
    (event,) = vobject.readOne(feed.text).vevent_list
    assert event.dtstart.value == at("09:30")
    assert event.summary.value == "Personalausweis beantragen (2 Mal)"
    assert f"{held.reference[:4]}-{held.reference[4:]}" in event.description.value
    whole = feed.content.decode().replace("\r\n ", "").casefold()
    for secret in ("amira", "kaya", "beispiel", "4711", "rollstuhl", "@beispiel", "bernd"):
        assert secret not in whole
    assert POST.link(held.reference).casefold() not in whole
    same = lena.get(address, headers={"if-none-match": feed.headers["etag"]})
    assert (same.status_code, same.content) == (304, b"")
    desk.run(services.move_appointment, held.reference, start=at("10:30"))
    changed = lena.get(address, headers={"if-none-match": feed.headers["etag"]})
    (event,) = vobject.readOne(changed.text).vevent_list
    assert (event.dtstart.value, event.sequence.value) == (at("10:30"), "1")


def test_renewed_or_ended_address_opens_nothing_any_more(lena: TestClient) -> None:
    def renew() -> str:
        shown = lena.post(f"{MAILS}/feed", data={"act": "renew"}).text
        return re.findall(r"/kalender/[a-z2-7]{26}\.ics", shown)[0]

    first, second = renew(), renew()
    assert [lena.get(each).status_code for each in (first, second)] == [404, 200]
    assert lena.post(f"{MAILS}/feed", data={"act": "end"}).status_code == 303
    assert lena.get(second).status_code == 404


def test_day_list_has_names_and_says_when_to_destroy_it(lena: TestClient, desk: Desk) -> None:
    held = desk.book(at("09:30"), Wanted("personalausweis", 2), post=POST)
    words = text_of(lena.get(DAY).text)
    reference = f"{held.reference[:4]}-{held.reference[4:]}"
    line = f"09:30 Amira Kaya Personalausweis beantragen (2 Mal) {reference} vor Ort"
    assert line in words
    assert "Bitte vernichten Sie sie bis Sa., 28.11.2026." in words
    assert "amira@" not in words
    assert "kein Termin gebucht" in text_of(lena.get(DAY.replace("26", "29")).text)
    assert lena.get(f"{DAY}9").status_code == 422


def test_day_list_goes_out_in_the_evening_for_the_next_opening_day(
    desk: Desk, clock: FixedClock
) -> None:
    desk.book(at("09:30"), post=POST)

    def evening(hours: float) -> list[str]:
        """Let the job look so many hours from now; the days that were listed."""
        clock.move(timedelta(hours=hours))
        offices = [desk.office, desk.house.registry]
        for office_id in desk.database.read_now(offices_due, offices, clock.now()):
            desk.runner.run_now(
                office_id, send_day_list, office_id=office_id, language="de", post=POST
            )
        return [
            subject.partition(",")[0] for subject, _, _ in desk.mails() if "Termine am" in subject
        ]

    assert evening(6.4) == []  # Wednesday 15:54
    assert evening(0.2) == ["Termine am Donnerstag"]
    assert evening(3) == ["Termine am Donnerstag"]
    subject, body, _ = desk.mails()[-1]
    assert subject == "Termine am Donnerstag, 26. November 2026: Bürgerbüro Amtal"
    assert re.search(r"- 09:30 \S+, Amira Kaya, Personalausweis beantragen, vor Ort\n", body)
    assert "vernichten Sie sie bis Sa., 28.11.2026" in body
    assert evening(45) == ["Termine am Donnerstag", "Termine am Montag"]  # Friday
    assert due_day(desk.office, clock.now() + timedelta(days=1)) is None  # Saturday
    assert evening(48)[2:] == ["Termine am Montag"]  # Sunday, with what came since
    assert due_day(desk.house.registry, clock.now()) is None  # it wants none


def test_all_appointments_come_by_mail_and_the_answer_tells_nobody(
    client: TestClient, desk: Desk, clock: FixedClock
) -> None:
    held = desk.book(at("09:30"))
    second = desk.hold(at("10:00"), contact=Contact("A. Kaya", "Amira+pass@beispiel.example"))
    desk.run(services.cancel_appointment, desk.book(at("11:00")).reference)
    assert client.get("/termin/meine").status_code == 200
    answers = [
        client.post("/termin/meine", data={"email": email})
        for email in ("AMIRA@beispiel.example", "niemand@beispiel.example")
    ]
    assert [answer.status_code for answer in answers] == [200, 200]
    assert len({answer.text for answer in answers}) == 1
    query = text("SELECT recipient, text FROM outbox_mail ORDER BY id")

    def written() -> list[tuple[str, str]]:
        return desk.database.read_now(lambda c: [(r[0], r[1]) for r in c.execute(query)])

    # Each address gets what was booked with it, as it was given then.
    (first, one), (tagged, other) = written()
    assert (first, tagged) == ("amira@beispiel.example", "Amira+pass@beispiel.example")
    assert f"- Do., 26.11.2026, 09:30 Uhr, Bürgerbüro Amtal: {POST.link(held.reference)}" in one
    assert POST.link(second.reference) in other
    assert POST.link(second.reference) not in one
    client.post("/termin/meine", data={"email": "amira@beispiel.example"})
    assert len(written()) == 2
    clock.move(timedelta(minutes=10))
    client.post("/termin/meine", data={"email": "amira@beispiel.example"})
    assert len(written()) == 4
    wrong = client.post("/termin/meine", data={"email": "amira"})
    assert wrong.status_code == 422
    assert "Das ist keine E-Mail-Adresse" in text_of(wrong.text)


def test_reminders_link_asks_first_and_cancels_with_one_press(
    client: TestClient, desk: Desk, clock: FixedClock
) -> None:
    held = desk.book(at("09:30", at("09:30").date() + timedelta(days=5)), post=POST)
    clock.move(held.start - timedelta(hours=3) - clock.now())
    desk.runner.run_now(desk.office.id, send_reminders, office_id=desk.office.id, post=POST)
    body = desk.mails()[-1][1]
    (link,) = re.findall(r"Termin absagen:\nhttp://localhost:8000(\S+)", body)
    (move,) = re.findall(r"Termin verschieben:\nhttp://localhost:8000(\S+)", body)
    for path in (link, move, link):  # scanners of mail open links too
        assert client.get(path).status_code == 200
    assert desk.find(held.reference).status == "confirmed"
    assert client.post(link).status_code == 303
    assert desk.find(held.reference).status == "cancelled"
