"""What is said of a call and how it becomes sound: words, the engine, recordings, the store."""

import asyncio
import re
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from aufruf.core.clock import FixedClock
from aufruf.core.database import Database
from aufruf.core.texts import own_texts
from aufruf.display.speech import clips
from aufruf.display.speech.clips import PROGRAM, VOICES, Engine
from aufruf.display.speech.recorded import Recordings
from aufruf.display.speech.sounds import SILENCE, Sound, UnfitSoundError, read_wav, without_tail
from aufruf.display.speech.speech import Speech
from aufruf.display.speech.store import ClipStore
from aufruf.display.speech.words import LANGUAGES, goal, pieces, sentence, to_record
from aufruf.office.files.entry_fields import LETTERS
from aufruf.office.infos import CounterInfo
from tests.display.hearing import RATE, tone
from tests.factories import make_house

TEXTS = own_texts(strict=True)
COUNTER = CounterInfo(
    id=1,
    slug="amt-3",
    office_id=1,
    label="3",
    word="Platz",
    word_en="counter",
    way=None,
    way_en=None,
    arrow="none",
    accessible=True,
    offers=frozenset(),
    position=0,
)


def said(language: str, number: str = "A042", counter: CounterInfo = COUNTER) -> str:
    return sentence(TEXTS.in_language(language), number, counter)


def phonemes(language: str, text: str) -> list[str]:
    """What espeak-ng would say, a line for each breath, without its marks of pauses."""
    command = [PROGRAM, "-v", VOICES[language], "-q", "-x", "--", text]
    spoken = subprocess.run(command, capture_output=True, check=True, encoding="utf-8").stdout
    lines = [re.sub(r"_[!|]?", "", line).strip() for line in spoken.splitlines()]
    return [line for line in lines if line]


def test_number_is_spelled_and_the_place_is_said() -> None:
    assert [said(language) for language in LANGUAGES] == [
        "Nummer A, null, vier, zwei, bitte Platz drei",
        "Number A, zero, four, two, please go to counter three",
        "Номер а, нуль, чотири, два, будь ласка, місце три",
        "Numara A, sıfır, dört, iki, lütfen üç numaralı yere",
        "الرَّقَم أَي، صِفْر، أَرْبَعَة، اِثْنَان، تَفَضَّلْ إِلَى المَكَانِ رَقَم ثَلَاثَة",
    ]


@pytest.mark.parametrize(
    ("word", "label", "german", "english", "turkish"),
    [
        ("Schalter", "12", "Schalter 12", "counter 12", "12 numaralı gişeye"),
        ("Zimmer", "3b", "Zimmer drei B", "room three B", "üç B numaralı odaya"),
        ("Tisch", "102", "Tisch 102", "table 102", "102 numaralı masaya"),
        ("Zimmer", "1.04", "Zimmer eins null vier", "room one zero four", "bir sıfır dört numara"),
        ("Zimmer", "EG 7", "Zimmer E G sieben", "room E G seven", "E G yedi numaralı odaya"),
        ("Platz", "Trauzimmer", "Trauzimmer", "Trauzimmer", "Trauzimmer"),
        ("Platz", "Saal 2", "Saal zwei", "Saal two", "Saal iki"),
        ("Kabine", "4", "Kabine vier", "booth four", "Kabine dört"),
    ],
)
def test_place_is_said_naturally(
    word: str, label: str, german: str, english: str, turkish: str
) -> None:
    counter = replace(COUNTER, word=word, label=label)
    if word == "Kabine":
        counter = replace(counter, word_en="booth")
    found = [goal(TEXTS.in_language(language), counter) for language in ("de", "en", "tr")]
    assert found[:2] == [f"bitte {german}", f"please go to {english}"]
    assert found[2].startswith(f"lütfen {turkish}")


def test_german_engine_says_letters_and_digits_by_their_names() -> None:
    assert phonemes("de", said("de")) == [
        "n'Um3 'A:", "n'Ul", "f'i:r", "tsv'aI", "b'It@ pl'ats dr'aI",
    ]  # fmt: skip
    german = TEXTS.in_language("de")
    digits = " ".join(phonemes("de", ", ".join(german(f"call.digit.d{n}") for n in range(10))))
    assert digits == "n'Ul 'aIns tsv'aI dr'aI f'i:r f'ynf z'Eks z'i:b@n 'axt n'OYn"
    letters = " ".join(phonemes("de", "\n".join(f"{letter}." for letter in f"{LETTERS}PT")))
    assert letters == (
        "'A: b'e: ts'e: d'e: 'e: 'Ef g'e: h'A: j'Ot k'A: 'El 'En 'Er 'Es 'u: f'aU 'Iks"
        " 'ypsIl,On ts'Et p'e: t'e:"
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_engine_never_changes_to_english_for_a_letter(language: str) -> None:
    every = "\n".join(said(language, f"{letter}042") for letter in f"{LETTERS}PT")
    assert not [line for line in phonemes(language, every) if "(en)" in line]


@pytest.mark.parametrize("language", LANGUAGES)
def test_engine_makes_a_clip_that_can_be_heard(language: str) -> None:
    """A WAV file of some four seconds, loud, that ends with the last word."""
    content = Engine.found().make(language, said(language))
    assert content is not None
    sound = read_wav(content)
    assert content[:4] + content[8:16] == b"RIFFWAVEfmt "
    assert sound.rate == 22050
    assert 3 < sound.seconds < 6.5
    loud = [abs(sample) > SILENCE for sample in sound.samples]
    assert 0.4 < sum(loud) / len(loud) < 0.98
    assert sound.peak > 12_000
    assert any(loud[-int(0.12 * sound.rate) :])


def test_german_call_is_said_within_its_time_on_the_screen() -> None:
    clip = Engine.found().make("de", said("de"))
    assert clip
    assert read_wav(clip).seconds < 4.2


def engine_of(folder: Path, script: str) -> Engine:
    """A program of its own in the place of the engine."""
    program = folder / "engine"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    return Engine(str(program))


@pytest.mark.parametrize("script", ["sleep 30", "exit 1", 'for last; do :; done; echo x > "$last"'])
def test_engine_that_fails_leaves_only_a_line_in_the_log(
    script: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(clips, "LIMIT_SECONDS", 0.2)
    assert engine_of(tmp_path, script).make("de", "Nummer") is None
    assert "said nothing in de" in caplog.text


async def test_clip_is_made_once_for_all_who_ask(tmp_path: Path) -> None:
    """Eight screens ask at the same time, one goes away; later the file is taken."""
    clip = tmp_path / "clip.wav"
    clip.write_bytes(tone(500))
    made = tmp_path / "made"
    script = f'echo >> "{made}"; sleep 0.2; for last; do :; done; cp "{clip}" "$last"'
    speech = Speech(tmp_path, TEXTS, engine_of(tmp_path, script))
    asking = [asyncio.create_task(speech.clip("de", "A042", COUNTER)) for _ in range(8)]
    await asyncio.sleep(0)  # all of them have begun to ask
    asking[0].cancel()
    answers = await asyncio.gather(*asking, return_exceptions=True)
    later = await Speech(tmp_path, TEXTS, Engine(None)).clip("de", "A042", COUNTER)
    assert later is not None
    assert answers[1:] == [later] * 7
    assert made.read_text() == "\n"
    assert await Speech(tmp_path, TEXTS, Engine(None)).clip("de", "A043", COUNTER) is None


def test_store_forgets_what_nobody_asked_for_longest(tmp_path: Path) -> None:
    store = ClipStore(tmp_path / "speech", most=3)
    for text in "abc":
        store.put("de", text, text.encode())
    assert store.get("de", "a") == b"a"
    store.put("de", "d", b"d")
    assert [store.get("de", text) for text in "abcd"] == [b"a", None, b"c", b"d"]
    assert store.get("en", "a") is None


def record(folder: Path, *names: str) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name in names:
        (folder / f"{name}.wav").write_bytes(tone(500, seconds=0.1))


async def test_recordings_come_before_the_engine_once_all_pieces_are_there(
    sqlite_database: Database,
    clock: FixedClock,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    office = replace(make_house(sqlite_database, clock).office, counters=(COUNTER,))
    speech = Speech(tmp_path, TEXTS, Engine(None))
    names = pieces("A042", COUNTER)
    assert names == (
        "number", "letter-a", "digit-0", "digit-4", "digit-2", "counter-amt-3",
    )  # fmt: skip
    record(tmp_path / "voice" / "de", *names[1:])
    assert await speech.clip("de", "A042", COUNTER) is None
    nobody = await speech.voice("de", [office])
    record(tmp_path / "voice" / "de", "number")
    clip = await speech.clip("de", "A042", COUNTER)
    assert clip
    # Six pieces of 0.1 s, a pause of 0.12 s after four of them and of 0.35 s before where to go.
    assert read_wav(clip).seconds == pytest.approx(0.6 + 4 * 0.12 + 0.35, abs=0.001)
    record(tmp_path / "voice" / "de", *to_record(TEXTS.in_language("de"), [office]))
    whole = await speech.voice("de", [office])
    assert (nobody.voice, whole.voice) == ("none", "recorded")
    assert nobody.version != whole.version

    (tmp_path / "voice" / "de" / "digit-4.wav").write_bytes(b"RIFF and no more")
    assert await speech.clip("de", "A042", COUNTER) is None
    assert "recordings in de: digit-4.wav is no WAV file" in caplog.text


def test_recordings_must_fit_each_other(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    record(tmp_path / "de", "number")
    other = bytearray(tone(500))
    other[24:28] = (RATE * 2).to_bytes(4, "little")
    (tmp_path / "de" / "digit-1.wav").write_bytes(other)
    assert Recordings(tmp_path).join("de", ["number", "digit-1"]) is None
    assert f"must all have the same sample rate, not [{RATE}, {RATE * 2}]" in caplog.text
    other[22] = 2  # two channels
    with pytest.raises(UnfitSoundError, match="one channel"):
        read_wav(bytes(other))


def test_silence_at_the_end_is_cut_off() -> None:
    sound = read_wav(tone(500, seconds=1))
    sound.samples.extend([0] * RATE)
    cut: Sound = without_tail(sound)
    assert cut.seconds == pytest.approx(1.1, abs=0.01)
