"""Sends what waits in the outbox over SMTP, again and again until it is taken or given up.

Two processes may do this at once: each mail is claimed by one statement before it is sent.
"""

import asyncio
import logging
import socket
import ssl
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

import aiosmtplib
from aiosmtplib import SMTPException
from sqlalchemy import bindparam, delete, text, update
from sqlmodel import col
from sqlmodel.sql.sqltypes import UTCDateTime

from .mime import DueMail, compose
from .models import OutboxMail
from .runner import Runner
from .settings import Settings, is_loopback
from .tx import Tx

if TYPE_CHECKING:
    from .ground import Ground

log = logging.getLogger(__name__)

TOGETHER = 20
TIMEOUT_SECONDS = 10
# Longer than a round can take: a claim older than this belongs to a process that died.
CLAIM = timedelta(minutes=10)
# Waits between the attempts, in minutes; after the last the mail has failed.
BACK_OFF = (1, 2, 5, 15, 30, 60, 120, 240, 480, 720)
KEPT = timedelta(days=14)
PERMANENT = 500  # SMTP replies from here on say: never (RFC 5321 4.2.1)

TAKE = (
    "UPDATE outbox_mail SET status = 'sending', attempts = attempts + 1, due_at = :lost"
    " WHERE id IN (SELECT id FROM outbox_mail WHERE status IN ('waiting', 'sending')"
    " AND due_at <= :now AND useless_after > :now AND {whose} ORDER BY due_at, id LIMIT :count)"
    # Asked again for PostgreSQL, where another process may have taken the row meanwhile.
    " AND status IN ('waiting', 'sending') AND due_at <= :now"
    " RETURNING id, attempts, purpose, sender, recipient, subject, text, calendar,"
    " calendar_method, html"
)
_TIMES = (bindparam("now", type_=UTCDateTime()), bindparam("lost", type_=UTCDateTime()))
TAKE_OF_ACCOUNT = text(TAKE.format(whose="account = :account")).bindparams(*_TIMES)
TAKE_OF_NO_OTHER = text(
    TAKE.format(whose="(account IS NULL OR account NOT IN :others)")
).bindparams(*_TIMES, bindparam("others", expanding=True))

_MINE = (
    col(OutboxMail.id) == bindparam("of_id"),
    col(OutboxMail.attempts) == bindparam("of_attempts"),
    col(OutboxMail.status) == "sending",
)
CLOSE = update(OutboxMail).where(*_MINE)
CLEAR = delete(OutboxMail).where(
    col(OutboxMail.status).in_(("sent", "failed")), col(OutboxMail.due_at) <= bindparam("before")
)


async def deliver_due(ground: "Ground") -> None:
    """The job."""
    await deliver_through(ground.runner, ground.settings)


async def deliver_through(runner: Runner, settings: Settings) -> None:
    """Send what is due, through every account at once: a server that is away holds no other up.

    A mail whose town has no account goes through the general one; without that it waits.
    """
    accounts = {town: url.get_secret_value() for town, url in settings.smtp_accounts.items()}
    senders = [Deliverer(runner, url, account=town) for town, url in accounts.items()]
    general = settings.smtp_url.get_secret_value()
    if general:
        senders.append(Deliverer(runner, general, others=tuple(accounts)))
    await asyncio.gather(*(sender.deliver_due() for sender in senders))


class Deliverer:
    """Sends mails through one SMTP server: those of one account, else those of no other.

    `smtp_url` is `smtp://user:password@host:port` (STARTTLS when the server offers it, always
    when there is a password, which never travels in the clear but to this machine itself) or
    `smtps://...`. User and password are percent-encoded.
    """

    def __init__(
        self,
        runner: Runner,
        smtp_url: str,
        *,
        account: str | None = None,
        others: Sequence[str] = (),
    ) -> None:
        self._runner = runner
        self._url = urlsplit(smtp_url)
        self._account = account
        self._others = others

    async def deliver_due(self) -> int:
        """Send everything that is due; returns how many mails the server took."""
        taken = 0
        while mails := await self._runner.run((), claim_mails, self._account, self._others):
            taken += await self._send_all(mails)
        return taken

    async def _send_all(self, mails: list[DueMail]) -> int:
        client = self._client()
        try:
            await client.connect()
        except (SMTPException, OSError) as error:
            log.warning("the mail server cannot be reached: %s", type(error).__name__)
            for mail in mails:
                await self._runner.run((), postpone_mail, mail, _name(error))
            return 0
        taken = 0
        try:
            for mail in mails:
                taken += await self._send_one(client, mail)
        finally:
            client.close()
        return taken

    async def _send_one(self, client: aiosmtplib.SMTP, mail: DueMail) -> bool:
        try:
            # Mail carries real time, also in the demo, whose clock is ahead.
            await client.send_message(compose(mail, datetime.now(UTC)))
        except (SMTPException, OSError, ValueError) as error:
            log.warning("mail %d was not taken: %s", mail.id, _name(error))
            after = fail_mail if is_final(error) else postpone_mail
            await self._runner.run((), after, mail, _name(error))
            return False
        await self._runner.run((), mark_sent, mail)
        return True

    def _client(self) -> aiosmtplib.SMTP:
        secure = self._url.scheme == "smtps"
        password = unquote(self._url.password) if self._url.password else None
        host = self._url.hostname or "localhost"
        return aiosmtplib.SMTP(
            hostname=host,
            port=self._url.port,
            username=unquote(self._url.username) if self._url.username else None,
            password=password,
            local_hostname=socket.gethostname(),
            timeout=TIMEOUT_SECONDS,
            use_tls=secure,
            start_tls=True if password and not secure and not is_loopback(host) else None,
            tls_context=ssl.create_default_context(),
        )


def claim_mails(tx: Tx, account: str | None = None, others: Sequence[str] = ()) -> list[DueMail]:
    """Take up to 20 due mails for this process; nobody else sends them for ten minutes.

    Those of an account, or without one all that belong to none of the `others`.
    """
    times = {"now": tx.now, "lost": tx.now + CLAIM, "count": TOGETHER}
    if account is None:
        rows = tx.conn.execute(TAKE_OF_NO_OTHER, {**times, "others": list(others) or [""]})
    else:
        rows = tx.conn.execute(TAKE_OF_ACCOUNT, {**times, "account": account})
    return [DueMail(*row) for row in rows.all()]


def mark_sent(tx: Tx, mail: DueMail) -> None:
    """The server took it."""
    _close(tx, mail, status="sent", sent_at=tx.now, due_at=tx.now, error=None)


def postpone_mail(tx: Tx, mail: DueMail, error: str) -> None:
    """Try again later, or give up after the last attempt."""
    if mail.attempts > len(BACK_OFF):
        fail_mail(tx, mail, error)
        return
    later = tx.now + timedelta(minutes=BACK_OFF[mail.attempts - 1])
    _close(tx, mail, status="waiting", due_at=later, error=error)


def fail_mail(tx: Tx, mail: DueMail, error: str) -> None:
    """It will never be taken."""
    log.error("mail %d is given up: %s", mail.id, error)
    _close(tx, mail, status="failed", due_at=tx.now, error=error)


def forget_old_mails(tx: Tx) -> int:
    """Delete mails that were sent or given up two weeks ago; returns how many."""
    return tx.conn.execute(CLEAR, {"before": tx.now - KEPT}).rowcount


def is_final(error: Exception) -> bool:
    """Whether trying again is useless: the recipient or the content is refused for good.

    A refused sender or login is our own mistake, which somebody may put right meanwhile.
    """
    match error:
        case aiosmtplib.SMTPRecipientsRefused():
            return all(refused.code >= PERMANENT for refused in error.recipients)
        case aiosmtplib.SMTPSenderRefused() | aiosmtplib.SMTPAuthenticationError():
            return False
        case aiosmtplib.SMTPResponseException():
            return error.code >= PERMANENT
        case _:
            return isinstance(error, ValueError | aiosmtplib.SMTPNotSupported)


def _close(tx: Tx, mail: DueMail, **values: object) -> None:
    """Only while the claim is still ours: after ten minutes it may be another's."""
    tx.conn.execute(CLOSE.values(**values), {"of_id": mail.id, "of_attempts": mail.attempts})


def _name(error: Exception) -> str:
    """What went wrong, without addresses: the kind and the server's code."""
    codes = [refused.code for refused in getattr(error, "recipients", [])]
    code = codes[0] if codes else getattr(error, "code", "")
    return f"{type(error).__name__} {code}".strip()
