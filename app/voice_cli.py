"""The subcommand `voice …`: what is to be recorded for a voice of the office's own."""

from collections.abc import Iterator, Mapping
from typing import Annotated

import typer

from ..core.texts import own_texts
from ..display.speech.recorded import Recordings
from ..display.speech.words import LANGUAGES, to_record
from ..office.directory import current_directory
from .hand import at_hand, read_settings

voice = typer.Typer(help="Calls spoken by recordings of your own.", no_args_is_help=True)


@voice.callback()
def _group() -> None:
    """Keeps the name of the subcommand, though there is only one."""


@voice.command("list")
def voice_list(
    area: Annotated[str, typer.Argument(help="Slug of a waiting area.")],
    language: Annotated[str, typer.Option(help=f"One of {', '.join(LANGUAGES)}.")] = "de",
) -> None:
    """List every piece to be recorded: its file, whether it is there, and what to say."""
    if language not in LANGUAGES:
        raise typer.BadParameter(f"must be one of {', '.join(LANGUAGES)}", param_hint="--language")
    recordings = Recordings.of(read_settings().data_dir)
    with at_hand() as runner:
        directory = runner.run_now((), current_directory)
    offices = directory.offices_of_area(directory.area(area).id)
    words = to_record(own_texts(strict=False).in_language(language), offices)
    for line in _lines(recordings, language, words):
        typer.echo(line)


def _lines(recordings: Recordings, language: str, words: Mapping[str, str]) -> Iterator[str]:
    for name, said in words.items():
        file = recordings.folder / language / f"{name}.wav"
        yield f"{file}  {recordings.state(language, name)}  {said}"
