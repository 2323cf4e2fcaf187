"""What an event is: a frozen record of something that happened, without personal data.

The events themselves are declared by the parts, in their `events.py`; the log that keeps them is
written by the runner.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from pydantic import BaseModel, ConfigDict


class Event(BaseModel):
    """Base of all events, named in the past tense. The class name is the type in the log."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    known: ClassVar[dict[str, type["Event"]]] = {}

    @classmethod
    def __pydantic_init_subclass__(cls, **kwargs: object) -> None:
        super().__pydantic_init_subclass__(**kwargs)
        if cls.__name__ in Event.known:
            raise TypeError(f"two events are called {cls.__name__}")
        Event.known[cls.__name__] = cls


@dataclass(frozen=True, slots=True)
class Logged:
    """An event as it stands in the log of one office."""

    office_id: int
    seq: int
    at: datetime
    event: Event


def read_event(type_name: str, data: str) -> Event:
    """Rebuild an event from its row; raises KeyError for a type this version does not know."""
    return Event.known[type_name].model_validate_json(data)
