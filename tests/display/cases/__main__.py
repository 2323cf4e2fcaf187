"""`python -m tests.display.cases`: writes the cases anew, by running the commands.

Needed after an event, a command or the board was changed; the difference is to be read.
"""

from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.databases import SqliteEngine
from tests.display.cases.stories import STORIES
from tests.display.cases.telling import FOLDER, write_down
from tests.display.conftest import make_room


def main() -> None:
    with TemporaryDirectory(prefix="aufruf-cases-") as folder:
        engine = SqliteEngine(Path(folder))
        for name, story in STORIES.items():
            with closing((room := make_room(engine)).database):
                chapter = write_down(room, story)
            (FOLDER / f"{name}.json").write_text(chapter.text, encoding="utf-8")
            print(f"{name}.json: {len(chapter.cases)} cases")


if __name__ == "__main__":
    main()
