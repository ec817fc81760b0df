"""A mail server that takes everything and counts it, in a process of its own.

By hand, for aiosmtpd takes no more than 1,900 mails a second and would be what is measured.
"""

import asyncio
import re
import threading
import time
from collections import Counter

MESSAGE_ID = re.compile(rb"^message-id:\s*(\S+)", re.IGNORECASE | re.MULTILINE)
PATIENCE = 60.0

_taken: Counter[bytes] = Counter()


def start() -> int:
    """Listen on a free port of this machine, as long as the process lives; return the port."""
    ports: list[int] = []
    ready = threading.Event()

    async def serve() -> None:
        server = await asyncio.get_running_loop().create_server(Dialogue, "127.0.0.1", 0)
        ports.append(server.sockets[0].getsockname()[1])
        ready.set()
        await server.serve_forever()

    threading.Thread(target=lambda: asyncio.run(serve()), daemon=True).start()
    ready.wait()
    return ports[0]


def taken() -> dict[str, int]:
    """Return how many different mails arrived, and how many once more; forget them."""
    total = sum(_taken.values())
    counted = {"mails": len(_taken), "again": total - len(_taken)}
    _taken.clear()
    return counted


def wait_for(mails: int) -> None:
    """Return once so many have arrived; raise TimeoutError if they do not."""
    until = time.monotonic() + PATIENCE
    while sum(_taken.values()) < mails:
        if time.monotonic() > until:
            raise TimeoutError(f"{sum(_taken.values())} of {mails} mails arrived")
        time.sleep(0.002)


class Dialogue(asyncio.Protocol):
    """One connection: every command is answered, every text taken."""

    _transport: asyncio.Transport
    _buffer = b""
    _is_text = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._answer(b"220 sink")

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        while True:
            end = b"\r\n.\r\n" if self._is_text else b"\r\n"
            said, found, rest = self._buffer.partition(end)
            if not found:
                return
            self._buffer = rest
            self._hear(said)

    def _hear(self, said: bytes) -> None:
        if self._is_text:
            self._is_text = False
            name = MESSAGE_ID.search(said)
            _taken[name[1] if name else b""] += 1
            self._answer(b"250 taken")
        elif said[:4].upper() == b"DATA":
            self._is_text = True
            self._answer(b"354 go on")
        elif said[:4].upper() == b"QUIT":
            self._answer(b"221 bye")
            self._transport.close()
        else:
            self._answer(b"250 fine")

    def _answer(self, words: bytes) -> None:
        self._transport.write(words + b"\r\n")
