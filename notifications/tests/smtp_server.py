"""A real mail server on a free port of this machine, which misbehaves as it is told."""

import asyncio
import threading
from collections.abc import Callable
from email import message_from_bytes
from email.message import Message
from typing import Self

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session

LONG = 30.0
TOO_MANY = "421 4.7.0 too many messages in this connection"
TOO_MANY_CONNECTIONS = "421 4.7.0 too many connections"


class SmtpServer:
    """Records in `messages` what it takes; the other attributes are ways not to take it.

    `sources` are the same mails to the byte: what arrived, whatever the sender knows of it.
    """

    def __init__(self) -> None:
        self.behave()
        self.messages: list[Message] = []
        self.sources: list[bytes] = []
        self.envelopes: list[list[str]] = []
        self.connections = 0
        self.on_recipient: Callable[[], None] = lambda: None
        self.on_message: Callable[[], None] = lambda: None
        self.port = 0
        self.transports: list[asyncio.Transport] = []
        self._ready = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve()))

    def behave(self) -> None:
        """Take every mail from now on."""
        self.greeting = ""  # said instead of the usual one, before hanging up
        self.most_connections: int | None = None  # at once
        self.refuses_greeting = False
        self.refuses_login = False
        self.reply_to_sender = ""
        self.refused: dict[str, str] = {}  # address: reply
        self.reply_to_data = ""
        self.full_after: dict[str, int] = {}  # command: mails over one connection
        self.drop_before_dot = False
        self.drop_after_dot = False
        self.hangs = False
        self.hangs_before_dot = False
        self.hangs_after_dot = False
        self.slowness = 0.0  # seconds before each mail is taken

    def __enter__(self) -> Self:
        self._thread.start()
        assert self._ready.wait(10)
        return self

    def __exit__(self, *error: object) -> None:
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join()

    @property
    def open_connections(self) -> int:
        return sum(not transport.is_closing() for transport in self.transports)

    async def _serve(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._stop = asyncio.Event()
        server = await self._loop.create_server(lambda: _Protocol(self), "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        self._ready.set()
        await self._stop.wait()
        server.close()
        for transport in self.transports:
            transport.abort()
        await asyncio.sleep(0)  # closes them; a socket that is left open is a warning


class _Protocol(SMTP):
    def __init__(self, tells: SmtpServer) -> None:
        self.tells = tells
        self.taken = 0
        super().__init__(
            _Handler(tells),
            hostname="mail.example.org",
            enable_SMTPUTF8=True,
            auth_require_tls=False,
            authenticator=lambda *about: AuthResult(success=not tells.refuses_login, handled=False),
        )

    def connection_made(self, transport: asyncio.Transport) -> None:
        self.tells.transports.append(transport)
        super().connection_made(transport)

    async def _handle_client(self) -> None:
        self.tells.connections += 1
        if self.tells.hangs:
            await asyncio.sleep(LONG)
        greeting = self.tells.greeting
        most = self.tells.most_connections
        if most is not None and self.tells.open_connections > most:
            greeting = TOO_MANY_CONNECTIONS
        if greeting:
            await self.push(greeting)
            self.transport.close()
            return
        await super()._handle_client()

    def is_full(self, command: str) -> bool:
        most = self.tells.full_after.get(command)
        return most is not None and self.taken >= most

    async def smtp_EHLO(self, hostname: str) -> None:
        if self.tells.refuses_greeting:
            await self.push("421 4.3.2 shutting down")
            self.transport.close()
            return
        await super().smtp_EHLO(hostname)

    async def smtp_DATA(self, argument: str) -> None:
        if self.tells.hangs_before_dot:
            await asyncio.sleep(LONG)
        if self.tells.drop_before_dot:
            self.transport.abort()
            return
        await super().smtp_DATA(argument)


class _Handler:
    def __init__(self, tells: SmtpServer) -> None:
        self.tells = tells

    async def handle_MAIL(
        self,
        server: _Protocol,
        session: Session,
        envelope: Envelope,
        address: str,
        options: list[str],
    ) -> str:
        if server.is_full("MAIL"):
            return TOO_MANY
        if self.tells.reply_to_sender:
            return self.tells.reply_to_sender
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 OK"

    async def handle_RCPT(
        self,
        server: _Protocol,
        session: Session,
        envelope: Envelope,
        address: str,
        options: list[str],
    ) -> str:
        await asyncio.to_thread(self.tells.on_recipient)
        if server.is_full("RCPT"):
            return TOO_MANY
        if address in self.tells.refused:
            return self.tells.refused[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: _Protocol, session: Session, envelope: Envelope) -> str:
        await asyncio.sleep(self.tells.slowness)
        if self.tells.reply_to_data:
            return self.tells.reply_to_data
        server.taken += 1
        self.tells.sources.append(envelope.original_content)
        self.tells.messages.append(message_from_bytes(envelope.content))
        self.tells.envelopes.append(envelope.rcpt_tos)
        await asyncio.to_thread(self.tells.on_message)
        if self.tells.hangs_after_dot:
            await asyncio.sleep(LONG)
        if self.tells.drop_after_dot:
            server.transport.abort()
        return "250 OK"
