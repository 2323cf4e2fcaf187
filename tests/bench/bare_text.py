"""The bare text: `python -m tests.bench.bare_text DESCRIPTOR`. GET /text answers the bytes of its
standard input, on the server settings of the house, without anything around it.
"""

import os
import sys

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from aufruf.app.serving import serve
from aufruf.core.settings import Settings

TEXT = sys.stdin.buffer.read()


async def answer_text(_request: Request) -> Response:
    return Response(TEXT, media_type="text/html")


def make_app(_settings: Settings) -> Starlette:
    return Starlette(routes=[Route("/text", answer_text)])


if __name__ == "__main__":
    serve(
        Settings(),
        make_app,
        lambda address: print(address, file=os.fdopen(int(sys.argv[1]), "w"), flush=True),
    )
