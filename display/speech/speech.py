"""The voice of one installation: recordings if there are, else clips of the engine, each made once.

Its live object is `ground.parts["speech"]`.
"""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Literal

from ...core.errors import try_again
from ...core.ground import Ground
from ...core.texts import Texts
from ...office.infos import CounterInfo, OfficeInfo
from . import words
from .clips import Engine
from .recorded import Recordings
from .store import ClipStore

Source = Literal["recorded", "made", "none"]

_MOST_MAKING = 24
"""Clips that are made or wait for it; whoever asks for more is to ask again."""

_AT_ONCE = 2
"""Engines that run at the same time: a hall of screens asks for the same clip, not for many."""


@dataclass(frozen=True, slots=True)
class Voice:
    """Who speaks a language; the version changes when the same call may sound otherwise."""

    voice: Source
    version: str


class Speech:
    """Makes clips of calls. Used on one event loop; what is slow runs in threads."""

    def __init__(self, folder: Path, texts: Texts, engine: Engine) -> None:
        self.texts = texts
        self.recordings = Recordings.of(folder)
        self.store = ClipStore(folder / "speech")
        self.engine = engine
        self._free = asyncio.Semaphore(_AT_ONCE)
        self._making: dict[tuple[str, str], asyncio.Task[bytes | None]] = {}

    def sentence(self, language: str, number: str, counter: CounterInfo) -> str:
        """The words of a call."""
        return words.sentence(self.texts.in_language(language), number, counter)

    async def clip(self, language: str, number: str, counter: CounterInfo) -> bytes | None:
        """A call as a WAV file; None where nobody speaks this language. Raises try_again."""
        names = words.pieces(number, counter)
        recorded = await asyncio.to_thread(self.recordings.join, language, names)
        if recorded is not None:
            return recorded
        return await self._made_once(language, self.sentence(language, number, counter))

    async def voice(self, language: str, offices: Iterable[OfficeInfo]) -> Voice:
        """Who will speak the calls of these offices."""
        needed = words.to_record(self.texts.in_language(language), offices)
        whole = await asyncio.to_thread(self.recordings.has, language, needed)
        recorded = await asyncio.to_thread(self.recordings.version, language)
        source: Source = "made" if self.engine.program else "none"
        said = f"{recorded} {self.engine.program} {sorted(needed.values())}"
        return Voice("recorded" if whole else source, sha256(said.encode()).hexdigest()[:12])

    async def _made_once(self, language: str, text: str) -> bytes | None:
        """Who asks while it is made waits for the same making, whoever else goes away.

        Raises try_again.
        """
        making = self._making.get((language, text))
        if making is None:
            if len(self._making) >= _MOST_MAKING:
                raise try_again()
            making = asyncio.create_task(self._make(language, text), name="speech")
            self._making[language, text] = making
            making.add_done_callback(lambda _: self._making.pop((language, text)))
        return await asyncio.shield(making)

    async def _make(self, language: str, text: str) -> bytes | None:
        async with self._free:
            return await asyncio.to_thread(self._from_store_or_engine, language, text)

    def _from_store_or_engine(self, language: str, text: str) -> bytes | None:
        clip = self.store.get(language, text)
        if clip is None and (clip := self.engine.make(language, text)) is not None:
            self.store.put(language, text, clip)
        return clip


def speech_of(ground: Ground) -> Speech:
    """The installation's voice."""
    speech = ground.parts["speech"]
    assert isinstance(speech, Speech)
    return speech
