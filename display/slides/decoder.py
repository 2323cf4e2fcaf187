"""The program that decodes one picture: a file comes by standard input, what is kept goes out.

Run by `reading.py` as a process of its own, so that neither its time nor its memory is the
server's. The answer is a line of JSON and after it the picture and the small one:
`{"reason": …}` where it is refused, else `{"width": …, "height": …, "content": …}`, the last being
the bytes of the first of the two.
"""

import json
import resource
import sys
from contextlib import suppress
from pathlib import Path

from .pictures import FILE_LIMIT, PictureRefusedError, read_picture

_SECONDS = 30  # of the processor; however busy the machine is, a picture takes no more


def main(memory: int) -> None:
    """Decode what comes in, with so many bytes of memory."""
    _bound(resource.RLIMIT_AS, memory)
    _bound(resource.RLIMIT_CPU, _SECONDS)
    _bound(resource.RLIMIT_CORE, 0)
    with suppress(OSError):  # where memory runs out all the same, this ends and the server stays
        Path("/proc/self/oom_score_adj").write_text("1000")
    try:
        picture = read_picture(sys.stdin.buffer.read(FILE_LIMIT + 1))
    except PictureRefusedError as refused:
        head, body = {"reason": refused.reason}, b""
    else:
        head = {"width": picture.width, "height": picture.height, "content": len(picture.content)}
        body = picture.content + picture.small
    sys.stdout.buffer.write(json.dumps(head).encode() + b"\n" + body)


def _bound(limit: int, most: int) -> None:
    # Where a process may not bound itself, the time that `reading.py` waits for it remains.
    with suppress(ValueError, OSError):
        resource.setrlimit(limit, (most, most))


if __name__ == "__main__":
    main(int(sys.argv[1]))
