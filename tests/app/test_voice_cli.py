"""The shell lists what is to be recorded for a voice of the office's own."""

from tests.app.test_office_cli import Shell, house, shell
from tests.display.hearing import tone

__all__ = ["house", "shell"]


def test_pieces_to_record_are_listed_with_what_to_say(house: Shell) -> None:
    folder = house.folder / "voice" / "de"
    folder.mkdir(parents=True)
    (folder / "number.wav").write_bytes(tone(500))
    (folder / "digit-4.wav").write_bytes(b"no sound")
    listed = house.typed("voice", "list", "usingen-rathaus")
    lines = {line.removeprefix(f"{folder}/") for line in listed.stdout.splitlines()}
    assert {
        "number.wav  there  Nummer",
        "letter-t.wav  missing  T",
        "digit-2.wav  missing  zwei",
        "counter-usingen-1.wav  missing  bitte Platz eins",
    } <= lines, listed
    assert any(line.startswith("digit-4.wav  digit-4.wav is no WAV file") for line in lines)
    assert house.typed("voice", "list", "usingen-rathaus", "--language", "fr").returncode == 2
