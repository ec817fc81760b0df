"""`python -m notifications.tests.chaos.server JOURNAL SEED`: a slow mail server that hangs up.

Its journal is the truth about what arrived: a line is on the disk before the mail is answered.
Of each twenty mails that it takes, it hangs up on one in place of an answer.
"""

import asyncio
import hashlib
import json
import os
import random
import re
import sys
from collections.abc import Iterable
from pathlib import Path

DROPS_EVERY = 20
LONGEST_MAIL = 2**20
# Seconds at most, so that whoever is killed or stopped is often in the middle of a mail.
BEFORE_TEXT = 0.15
AFTER_TEXT = 0.35


class Server:
    """Takes every mail, at its leisure."""

    def __init__(self, journal: Path, seed: int) -> None:
        self.journal = os.open(journal, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        self.random = random.Random(seed)
        self.taken = 0

    async def converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Speak with one client until it leaves, dies, or is hung up on."""
        try:
            await self._converse(reader, writer)
        except (OSError, asyncio.IncompleteReadError):
            # Whoever was killed in the middle; what was taken of it stands in the journal.
            return
        finally:
            writer.transport.abort()

    async def _converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        recipients: list[str] = []
        writer.write(b"220 chaos\r\n")
        while line := await reader.readline():
            match line[:4].upper():
                case b"QUIT":
                    return
                case b"DATA":
                    # Whoever is killed meanwhile handed nothing over, and does not know.
                    await self._dawdle(BEFORE_TEXT)
                    writer.write(b"354 go on\r\n")
                    text = await reader.readuntil(b"\r\n.\r\n")
                    if await self._take(text, recipients):
                        return
                    recipients = []
                case b"RCPT":
                    recipients.append(line.decode().partition(":")[2].strip(" <>\r\n"))
                    await self._dawdle(BEFORE_TEXT)
                case b"RSET":
                    recipients = []
            writer.write(b"250 taken\r\n")

    async def _take(self, text: bytes, recipients: Iterable[str]) -> bool:
        """Write a mail down for ever; return whether to hang up instead of answering."""
        await self._dawdle(AFTER_TEXT)
        self.taken += 1
        is_dropped = self.taken % DROPS_EVERY == 0
        line = {
            "message_id": re.search(rb"(?im)^Message-ID:\s*(\S+)", text)[1].decode(),
            "sha256": hashlib.sha256(text).hexdigest(),
            "recipients": list(recipients),
            "dropped": is_dropped,
        }
        os.write(self.journal, json.dumps(line).encode() + b"\n")
        os.fsync(self.journal)
        await self._dawdle(AFTER_TEXT)
        return is_dropped

    async def _dawdle(self, most: float) -> None:
        await asyncio.sleep(self.random.random() * most)


async def serve(journal: Path, seed: int) -> None:
    """Serve on a free port, which is the first line printed, until the process is ended."""
    own = Server(journal, seed)
    listening = await asyncio.start_server(own.converse, "127.0.0.1", 0, limit=LONGEST_MAIL)
    sys.stdout.write(f"{listening.sockets[0].getsockname()[1]}\n")
    sys.stdout.flush()
    await listening.serve_forever()


if __name__ == "__main__":
    asyncio.run(serve(Path(sys.argv[1]), int(sys.argv[2])))
