"""What the list says of each screen, from its settings and from what it tells of itself. Pure."""

from dataclasses import dataclass
from datetime import datetime

from ...core.formats import at_local, local, local_day
from ...office.infos import DeviceInfo
from ...queue.watching.presence import Hello, ScreenState


@dataclass(frozen=True, slots=True)
class Sound:
    """`key` of `screens.sound.…`; `warns` when somebody has to go there; `until` of quiet hours."""

    key: str
    warns: bool = False
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """One device. `voice` is the key of who speaks; `current`: it runs the page of this version."""

    device: DeviceInfo
    state: ScreenState
    sound: Sound | None = None
    voice: str | None = None
    current: bool = True

    @property
    def hello(self) -> Hello | None:
        """What it says of itself, while it is there."""
        return self.state.hello if self.state.connected else None


def row_of(device: DeviceInfo, state: ScreenState, version: str, now: datetime) -> Row:
    """A screen as the list shows it at `now`; `version` is that of the page."""
    if device.kind != "display" or not state.connected or state.hello is None:
        return Row(device, state)
    return Row(
        device,
        state,
        sound=_sound(device, state.hello, now),
        voice="chime" if device.screen.voice == "chime" else state.hello.voice,
        current=state.hello.version == version,
    )


def _sound(device: DeviceInfo, hello: Hello, now: datetime) -> Sound:
    screen, wall = device.screen, local(now)
    if screen.volume == 0:
        return Sound("none")
    if screen.quiet_to is not None and screen.is_quiet_at(wall.hour * 60 + wall.minute):
        until = at_local(local_day(now), screen.quiet_to)
        return Sound("quiet", until=until)
    return Sound("on") if hello.sound else Sound("off", warns=True)
