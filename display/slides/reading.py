"""Has pictures read by a process of its own, one after the other; how, stands in `pictures.py`.

A file can be made so that it takes minutes or all memory to decode. Here that costs its own
process, which is ended; whoever comes meanwhile waits or is told to. Pages and screens notice
nothing.
"""

import asyncio
import json
import logging
import os
import sys
from hashlib import sha256
from typing import cast

from ...core.ground import Ground
from .pictures import MEDIA_TYPE, REASONS, Picture, PictureRefusedError, Reason

log = logging.getLogger(__name__)

MOST_AT_ONCE = 5  # one is read, the others wait; each holds a file of up to 8 MB
LIMIT_SECONDS = 60.0
LIMIT_MEMORY = 768 * 1024 * 1024  # more than a picture takes within the bounds of `pictures.py`
_PROGRAM = (sys.executable, "-P", "-m", f"{__package__}.decoder")
# It gets nothing of the server's surroundings, in which secrets may stand.
_NEEDED = ("PATH", "PYTHONPATH", "LD_LIBRARY_PATH", "SYSTEMROOT")


class PictureReader:
    """One process at a time, `most` files at once; none takes more seconds or bytes of memory."""

    def __init__(
        self, most: int = MOST_AT_ONCE, seconds: float = LIMIT_SECONDS, memory: int = LIMIT_MEMORY
    ) -> None:
        self._most = most
        self._seconds = seconds
        self._memory = memory
        self._here = 0
        self._turn = asyncio.Lock()

    async def read(self, file: bytes) -> Picture:
        """As `pictures.read_picture`; PictureRefusedError also as `busy`, and as
        `too_many_points` where it took too long or too much memory."""
        if self._here >= self._most:
            raise PictureRefusedError("busy")
        self._here += 1
        try:
            async with self._turn:
                return _picture(await self._decoded(file))
        finally:
            self._here -= 1

    async def _decoded(self, file: bytes) -> bytes:
        """The answer of `decoder.py`; empty if it was ended."""
        pipe = asyncio.subprocess.PIPE
        process = await asyncio.create_subprocess_exec(
            *_PROGRAM,
            str(self._memory),
            stdin=pipe,
            stdout=pipe,
            env={name: os.environ[name] for name in _NEEDED if name in os.environ},
        )
        try:
            answer, _ = await asyncio.wait_for(process.communicate(file), self._seconds)
        except TimeoutError:
            answer = b""
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()
        if process.returncode != 0:
            log.warning("a picture of %d bytes was given up: %s", len(file), process.returncode)
            return b""
        return answer


def picture_reader_of(ground: Ground) -> PictureReader:
    """The one of this server, made on first use and kept among the ground's parts."""
    kept = ground.parts.get("picture-reader")
    if not isinstance(kept, PictureReader):
        kept = ground.parts["picture-reader"] = PictureReader()
    return kept


def _picture(answer: bytes) -> Picture:
    line, _, body = answer.partition(b"\n")
    if not line:
        raise PictureRefusedError("too_many_points")
    head = cast("dict[str, object]", json.loads(line))
    if head.get("reason") in REASONS:
        raise PictureRefusedError(cast("Reason", head["reason"]))
    width, height, length = (int(str(head[name])) for name in ("width", "height", "content"))
    content = body[:length]
    digest = sha256(content).hexdigest()
    return Picture(digest, MEDIA_TYPE, width, height, content, body[length:])
