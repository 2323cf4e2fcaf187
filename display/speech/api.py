"""Spoken calls for screens: who speaks, the words of a call, the call as a sound file."""

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute

from ...core.access import allow, route
from ...core.errors import not_found
from ...core.ground import ground_of
from ...office.directory import latest_directory
from ...office.infos import CounterInfo, OfficeInfo
from ..feeds import Called, boards_of
from .speech import speech_of
from .words import LANGUAGES

# The same call sounds the same: the address carries the version of the voice.
_KEPT = {"Cache-Control": "private, max-age=604800"}


async def show_voices(request: Request) -> Response:
    """GET /display/{d}/speech: for each language who speaks it, and the version of that voice."""
    ground = ground_of(request)
    directory = await latest_directory(ground)
    offices = directory.offices_of_area(directory.display(request.path_params["d"]).area_id)
    speech = speech_of(ground)
    wanted = sorted(_languages_of(*offices))
    voices = {language: await speech.voice(language, offices) for language in wanted}
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
    """Language, number and counter of a call that the screens of this waiting area had lately.

    Whatever else is asked for need not be made: not_found.
    """
    ground, asked = ground_of(request), request.path_params
    directory = await latest_directory(ground)
    area_id = directory.display(asked["d"]).area_id
    call = Called(asked["o"], asked["number"], asked["c"])
    if not await boards_of(ground).feed(directory, area_id).has_called(call):
        raise not_found()
    for office in directory.offices_of_area(area_id):
        if office.slug == call.office and asked["language"] in _languages_of(office):
            return asked["language"], call.number, office.counter(call.place)
    raise not_found()


def _languages_of(*offices: OfficeInfo) -> set[str]:
    """In which calls of these offices are said."""
    return {LANGUAGES[0], *(one.announce_language for one in offices if one.announce_language)}


_SCREEN = allow("display", "staff", device="d")
_PATH = "/display/{d}/speech/{language}/{o}/{number}/{c}"

routes: list[BaseRoute] = [
    route("/display/{d}/speech", show_voices, access=_SCREEN),
    route(f"{_PATH}.txt", say_words, access=_SCREEN),
    route(f"{_PATH}.wav", say_clip, access=_SCREEN),
]
