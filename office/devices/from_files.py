"""What a file says of a device beside what a page has changed since. No SQL.

Key by key: what a file says as it did before leaves what the page set; what it says anew comes.
"""

from collections.abc import Mapping
from typing import cast

from ..files.entries import DeviceEntry

SCREEN = "screen."


def settle_device(entry: DeviceEntry, before: Mapping[str, object] | None) -> Mapping[str, object]:
    """The columns `name`, `theme`, `screen` and `said`; `before` is the row there is, if any."""
    said = _say(entry)
    if before is None:
        return _columns(said, said)
    held = {"name": before["name"], "theme": before["theme"], **_flat(before["screen"])}
    last = cast("Mapping[str, object]", before["said"])
    news = {key: value for key, value in said.items() if last.get(key, ...) != value}
    return _columns(held | news, said)


def _say(entry: DeviceEntry) -> dict[str, object]:
    screen = entry.screen.model_dump(mode="json", exclude_unset=True)
    return {"name": entry.name, "theme": entry.theme, **_flat(screen)}


def _flat(screen: object) -> dict[str, object]:
    settings = cast("Mapping[str, object]", screen)
    return {f"{SCREEN}{key}": value for key, value in settings.items()}


def _columns(holds: Mapping[str, object], said: Mapping[str, object]) -> dict[str, object]:
    screen = {
        key.removeprefix(SCREEN): value for key, value in holds.items() if key.startswith(SCREEN)
    }
    return {"name": holds["name"], "theme": holds["theme"], "screen": screen, "said": dict(said)}
