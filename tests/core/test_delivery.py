"""Mails from the outbox to a real mail server."""

import asyncio
from collections.abc import AsyncGenerator
from dataclasses import replace
from datetime import timedelta
from email.message import EmailMessage
from typing import cast

import pytest
from sqlalchemy import select
from sqlmodel import col

from aufruf.core.clock import FixedClock
from aufruf.core.database import Database
from aufruf.core.delivery import (
    BACK_OFF,
    CLAIM,
    Deliverer,
    claim_mails,
    deliver_through,
    forget_old_mails,
)
from aufruf.core.models import OutboxMail
from aufruf.core.outbox import OUTDATED, WAITS_AT_MOST, Mail, give_up_late_mails, send_mail
from aufruf.core.outbox_reading import send_again
from aufruf.core.runner import Runner
from aufruf.core.settings import Settings
from aufruf.core.tx import Tx
from tests.mail_server import MailServer, receiving

CONFIRMED = Mail(
    purpose="appointment-1-confirmed-0",
    sender="Bürgerbüro Usingen <termine@usingen.example>",
    recipient="amira@example.org",
    subject="Ihr Termin am 26.11. um 9:30 Uhr – Bürgerbüro",
    text="Guten Tag,\n\nIhr Termin ist bestätigt.\n" + "Zeile mit Umlauten: äöüß€\n" * 50,
    calendar="BEGIN:VCALENDAR\r\nVERSION:2.0\r\nMETHOD:REQUEST\r\nSUMMARY:Bürgerbüro\r\nEND:VCALENDAR\r\n",
    calendar_method="REQUEST",
)
PLAIN = replace(CONFIRMED, purpose="plain", calendar=None, calendar_method=None)


@pytest.fixture
async def mail_server() -> AsyncGenerator[MailServer]:
    async with receiving() as server:
        yield server


def read_mails(database: Database) -> list[tuple[str, int, str | None]]:
    """Status, attempts and error of each."""
    found = select(col(OutboxMail.status), col(OutboxMail.attempts), col(OutboxMail.error))
    rows = database.read_now(lambda conn: conn.execute(found.order_by(col(OutboxMail.id))).all())
    return [(row.status, row.attempts, row.error) for row in rows]


def write(tx: Tx, *mails: Mail) -> None:
    for mail in mails:
        send_mail(tx, mail)


async def test_mail_arrives_with_its_calendar(
    database: Database, clock: FixedClock, mail_server: MailServer
):
    async with Runner(database, clock, None, {}) as runner:
        await runner.run(1, write, CONFIRMED)
        assert await Deliverer(runner, mail_server.url).deliver_due() == 1
    (mail,) = mail_server.mails
    assert mail["From"] == CONFIRMED.sender
    assert mail["To"] == CONFIRMED.recipient
    assert mail["Subject"] == CONFIRMED.subject
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["Message-ID"].endswith("@usingen.example>")
    assert mail["Date"]
    body, calendar = cast("list[EmailMessage]", mail.get_payload())
    assert body.get_content_type() == "text/plain"
    assert body.get_content().replace("\r\n", "\n") == CONFIRMED.text
    assert calendar.get_content_type() == "text/calendar"
    assert calendar.get_param("method") == "REQUEST"
    assert calendar.get_payload(decode=True) == cast("str", CONFIRMED.calendar).encode()
    assert read_mails(database) == [("sent", 1, None)]


async def test_mail_without_calendar_is_plain_text(
    database: Database, clock: FixedClock, mail_server: MailServer
):
    async with Runner(database, clock, None, {}) as runner:
        await runner.run(1, write, PLAIN)
        await Deliverer(runner, mail_server.url).deliver_due()
    (mail,) = mail_server.mails
    assert mail.get_content_type() == "text/plain"


def test_second_mail_of_a_purpose_is_not_written(runner: Runner, database: Database):
    runner.run_now(1, write, CONFIRMED, replace(CONFIRMED, subject="again"))
    runner.run_now(1, write, replace(CONFIRMED, subject="once more"))
    assert len(read_mails(database)) == 1


async def test_mail_is_tried_again_later_and_keeps_its_id(
    database: Database, clock: FixedClock, mail_server: MailServer
):
    mail_server.answers[CONFIRMED.recipient] = "451 later"
    async with Runner(database, clock, None, {}) as runner:
        deliverer = Deliverer(runner, mail_server.url)
        await runner.run(1, write, CONFIRMED, replace(PLAIN, recipient="bernd@example.org"))
        assert await deliverer.deliver_due() == 1
        assert read_mails(database) == [
            ("waiting", 1, "SMTPRecipientsRefused 451"),
            ("sent", 1, None),
        ]
        mail_server.answers.clear()
        assert await deliverer.deliver_due() == 0
        clock.move(timedelta(minutes=BACK_OFF[0]))
        assert await deliverer.deliver_due() == 1
    assert [status for status, _, _ in read_mails(database)] == ["sent", "sent"]
    assert len({mail["Message-ID"] for mail in mail_server.mails}) == 2


async def test_mail_that_is_refused_for_good_fails_at_once(
    database: Database, clock: FixedClock, mail_server: MailServer
):
    mail_server.answers[CONFIRMED.recipient] = "550 no such user"
    async with Runner(database, clock, None, {}) as runner:
        await runner.run(1, write, CONFIRMED, replace(PLAIN, subject="two\nlines"))
        assert await Deliverer(runner, mail_server.url).deliver_due() == 0
    assert read_mails(database) == [
        ("failed", 1, "SMTPRecipientsRefused 550"),
        ("failed", 1, "ValueError"),
    ]


async def test_mail_nobody_takes_is_given_up_after_the_last_attempt(
    sqlite_database: Database, clock: FixedClock, free_tcp_port: int
):
    async with Runner(sqlite_database, clock, None, {}) as runner:
        deliverer = Deliverer(runner, f"smtp://127.0.0.1:{free_tcp_port}")
        await runner.run(1, write, CONFIRMED)
        for minutes in (*BACK_OFF, 0):
            await deliverer.deliver_due()
            clock.move(timedelta(minutes=minutes))
    assert read_mails(sqlite_database) == [("failed", len(BACK_OFF) + 1, "SMTPConnectError")]


async def test_mail_that_comes_too_late_is_not_sent_and_its_words_are_forgotten(
    sqlite_database: Database, clock: FixedClock, mail_server: MailServer
):
    reminder = replace(
        CONFIRMED, purpose="reminder", useless_after=clock.now() + timedelta(hours=3)
    )
    async with Runner(sqlite_database, clock, None, {}) as runner:
        await runner.run(1, write, reminder, PLAIN)
        clock.move(timedelta(hours=3))
        assert await runner.run((), give_up_late_mails) == 1
        clock.move(WAITS_AT_MOST)
        assert await Deliverer(runner, mail_server.url).deliver_due() == 0
        assert await runner.run((), give_up_late_mails) == 1
        assert not await runner.run((), send_again, office_id=1, mail_id=1)
    assert read_mails(sqlite_database) == [("failed", 0, OUTDATED)] * 2
    kept = select(col(OutboxMail.text), col(OutboxMail.html), col(OutboxMail.calendar))
    rows = sqlite_database.read_now(lambda conn: conn.execute(kept).all())
    assert [tuple(row) for row in rows] == [("", None, None)] * 2


async def test_two_deliverers_send_each_mail_once(
    database: Database, clock: FixedClock, mail_server: MailServer
):
    mails = [replace(PLAIN, purpose=f"mail-{n}", subject=f"mail {n}") for n in range(60)]
    # On PostgreSQL two servers; a SQLite file has one, whose deliverers share its runner.
    second = Runner(database, clock, None, {})
    async with Runner(database, clock, None, {}) as runner:
        await runner.run(1, write, *mails)
        if database.dialect == "postgresql":
            await second.start()
        other = second if database.dialect == "postgresql" else runner
        sent = await asyncio.gather(
            Deliverer(runner, mail_server.url).deliver_due(),
            Deliverer(other, mail_server.url).deliver_due(),
        )
        if database.dialect == "postgresql":
            await second.stop()
    assert sum(sent) == 60
    assert sorted(mail["Subject"] for mail in mail_server.mails) == sorted(m.subject for m in mails)


def test_claim_of_a_process_that_died_is_taken_over(runner: Runner, clock: FixedClock):
    runner.run_now(1, write, CONFIRMED)
    assert [mail.attempts for mail in runner.run_now((), claim_mails)] == [1]
    assert runner.run_now((), claim_mails) == []
    clock.move(CLAIM)
    assert [mail.attempts for mail in runner.run_now((), claim_mails)] == [2]


async def test_old_mails_are_forgotten_once_sent(
    database: Database, clock: FixedClock, mail_server: MailServer
):
    async with Runner(database, clock, None, {}) as runner:
        await runner.run(1, write, CONFIRMED)
        await Deliverer(runner, mail_server.url).deliver_due()
        await runner.run(1, write, PLAIN)
        clock.move(timedelta(days=14))
        assert await runner.run((), forget_old_mails) == 1
    assert [status for status, _, _ in read_mails(database)] == ["waiting"]


async def test_mail_arrives_as_text_and_html(
    sqlite_database: Database, clock: FixedClock, mail_server: MailServer
):
    html = "<!doctype html><p>Ihr Termin ist bestätigt.</p>"
    async with Runner(sqlite_database, clock, None, {}) as runner:
        await runner.run(1, write, replace(CONFIRMED, html=html))
        await Deliverer(runner, mail_server.url).deliver_due()
    (mail,) = mail_server.mails
    parts = cast("list[EmailMessage]", mail.get_payload())
    assert [part.get_content_type() for part in parts] == [
        "text/plain",
        "text/html",
        "text/calendar",
    ]
    assert parts[1].get_content().strip() == html


async def test_each_town_sends_through_its_own_account(
    database: Database, clock: FixedClock, mail_server: MailServer, free_tcp_port: int
):
    """One whose server is away holds nobody up; a town without an account uses the general one."""
    mails = [
        replace(PLAIN, purpose=f"mail-{town}", subject=str(town), account=town)
        for town in ("usingen", "schmitten", "glashuetten", None)
    ]
    async with receiving() as own, Runner(database, clock, None, {}) as runner:
        await runner.run(1, write, *mails)
        settings = Settings(
            smtp_url=mail_server.url,  # pyright: ignore[reportArgumentType]
            smtp_accounts={"usingen": own.url, "schmitten": f"smtp://127.0.0.1:{free_tcp_port}"},  # pyright: ignore[reportArgumentType]
        )
        await deliver_through(runner, settings)
        assert [mail["Subject"] for mail in own.mails] == ["usingen"]
        general = sorted(mail["Subject"] for mail in mail_server.mails)
        assert general == ["None", "glashuetten"]
    assert read_mails(database) == [
        ("sent", 1, None),
        ("waiting", 1, "SMTPConnectError"),
        ("sent", 1, None),
        ("sent", 1, None),
    ]


async def test_mail_of_a_town_waits_where_only_others_have_an_account(
    sqlite_database: Database, clock: FixedClock, mail_server: MailServer
):
    async with Runner(sqlite_database, clock, None, {}) as runner:
        await runner.run(1, write, PLAIN)
        accounts = {"usingen": mail_server.url}
        await deliver_through(runner, Settings(smtp_accounts=accounts))  # pyright: ignore[reportArgumentType]
    assert read_mails(sqlite_database) == [("waiting", 0, None)]
