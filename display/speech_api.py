"""Spoken calls for screens: who speaks, the words of a call, the call as a sound file."""

import re

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute

from ..core.access import allow, route
from ..core.errors import not_found
from ..core.ground import ground_of
from ..office.directory import latest_directory
from ..office.entry_fields import LETTERS
from ..office.infos import CounterInfo
from ..queue.rules import APPOINTMENT_LETTER, PAPER_LETTER
from .speech.speech import speech_of
from .speech.words import LANGUAGES

_NUMBER = re.compile(f"[{LETTERS}{APPOINTMENT_LETTER}{PAPER_LETTER}][0-9]{{3}}")
# The same call sounds the same: the address carries the version of the voice.
_KEPT = {"Cache-Control": "private, max-age=604800"}


async def show_voices(request: Request) -> Response:
    """GET /display/{d}/speech: for each language who speaks it, and the version of that voice."""
    ground = ground_of(request)
    directory = await latest_directory(ground)
    offices = directory.offices_of_area(directory.display(request.path_params["d"]).area_id)
    speech = speech_of(ground)
    wanted = {LANGUAGES[0], *(one.announce_language for one in offices if one.announce_language)}
    voices = {language: await speech.voice(language, offices) for language in sorted(wanted)}
    return JSONResponse(
        {name: {"voice": one.voice, "version": one.version} for name, one in voices.items()},
        headers={"Cache-Control": "no-cache"},
    )


async def say_words(request: Request) -> Response:
    """GET /display/{d}/speech/{language}/{o}/{number}/{c}.txt: for a voice of the screen's own."""
    language, number, counter = await _call(request)
    said = speech_of(ground_of(request)).sentence(language, number, counter)
    return PlainTextResponse(said, headers=_KEPT)


async def say_clip(request: Request) -> Response:
    """GET /display/{d}/speech/{language}/{o}/{number}/{c}.wav: recorded or made, else no_voice."""
    language, number, counter = await _call(request)
    clip = await speech_of(ground_of(request)).clip(language, number, counter)
    if clip is None:
        raise not_found("no_voice")
    return Response(clip, media_type="audio/wav", headers=_KEPT)


async def _call(request: Request) -> tuple[str, str, CounterInfo]:
    """Language, number and counter, as far as they can be called in the screen's waiting area."""
    asked = request.path_params
    directory = await latest_directory(ground_of(request))
    offices = directory.offices_of_area(directory.display(asked["d"]).area_id)
    for office in offices:
        if office.slug == asked["o"]:
            known = asked["language"] in LANGUAGES and _NUMBER.fullmatch(asked["number"])
            if not known:
                break
            return asked["language"], asked["number"], office.counter(asked["c"])
    raise not_found()


_SCREEN = allow("display", "staff", device="d")
_PATH = "/display/{d}/speech/{language}/{o}/{number}/{c}"

routes: list[BaseRoute] = [
    route("/display/{d}/speech", show_voices, access=_SCREEN),
    route(f"{_PATH}.txt", say_words, access=_SCREEN),
    route(f"{_PATH}.wav", say_clip, access=_SCREEN),
]
