"""A real mail server in the test's own event loop."""

import asyncio
import email
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from email.message import EmailMessage
from email.policy import default

from aiosmtpd.smtp import SMTP, Envelope, Session


class MailServer:
    """Keeps what it is given; `answers` says what it replies to a recipient instead of 250."""

    def __init__(self) -> None:
        self.url = ""
        self.answers: dict[str, str] = {}
        self.mails: list[EmailMessage] = []

    async def handle_RCPT(  # noqa: N802  (aiosmtpd's name for it)
        self,
        _server: SMTP,
        _session: Session,
        envelope: Envelope,
        address: str,
        _options: list[str],
    ) -> str:
        answer = self.answers.get(address, "250 OK")
        if answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(  # noqa: N802
        self, _server: SMTP, _session: Session, envelope: Envelope
    ) -> str:
        content = envelope.original_content or b""
        self.mails.append(email.message_from_bytes(content, policy=default))
        return "250 OK"


@asynccontextmanager
async def receiving() -> AsyncGenerator[MailServer]:
    """Listens on a free port of this machine; `url` is what AUFRUF_SMTP_URL would say."""
    keeper = MailServer()
    loop = asyncio.get_running_loop()
    server = await loop.create_server(
        lambda: SMTP(keeper, hostname="mail.example", loop=loop), "127.0.0.1", 0
    )
    keeper.url = f"smtp://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    try:
        yield keeper
    finally:
        server.close()
        await server.wait_closed()
