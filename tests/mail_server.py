"""A real mail server, in the test's own event loop or in a thread."""

import asyncio
import email
import threading
from collections.abc import AsyncGenerator, Iterator
from contextlib import asynccontextmanager, contextmanager
from email.message import EmailMessage
from email.policy import default
from queue import SimpleQueue

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


class Letterbox(MailServer):
    """The same for a test that has no event loop: it waits for a mail."""

    def __init__(self) -> None:
        super().__init__()
        self._arrived: SimpleQueue[EmailMessage] = SimpleQueue()

    async def handle_DATA(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        answer = await super().handle_DATA(server, session, envelope)
        self._arrived.put(self.mails[-1])
        return answer

    def wait_for(self, recipient: str, words: str) -> EmailMessage:
        """The next mail to somebody with these words in its text; raises queue.Empty."""
        while True:
            mail = self._arrived.get(timeout=30)
            body = mail.get_body(("plain",))
            assert body is not None
            if recipient in mail["To"] and words in body.get_content():
                return mail


@contextmanager
def letterbox() -> Iterator[Letterbox]:
    """Listens in a thread of its own."""
    box, loop = Letterbox(), asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, name="mail server")
    thread.start()

    async def listen() -> asyncio.Server:
        return await loop.create_server(
            lambda: SMTP(box, hostname="mail.example", loop=loop), "127.0.0.1", 0
        )

    async def end(server: asyncio.Server) -> None:
        server.close()
        await server.wait_closed()

    server = asyncio.run_coroutine_threadsafe(listen(), loop).result()
    box.url = f"smtp://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    try:
        yield box
    finally:
        asyncio.run_coroutine_threadsafe(end(server), loop).result()
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


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
