"""A button pressed twice, or in two tabs, takes one time: both presses get the same one."""

import json
from collections.abc import Callable, Sequence
from datetime import datetime
from hashlib import sha256

from ..core.api import json_reply
from ..core.idempotency import OnceKey, once
from ..core.tx import Tx
from .lookup import Held, is_over, load
from .rules import Wanted
from .store import Booked


def take_once(tx: Tx, key: OnceKey | None, take: Callable[[Tx], Held]) -> str:
    """The reference of what `take` takes, or of what the same press took before.

    What was cancelled or ran out meanwhile is taken anew. Raises what `take` raises.
    """
    reply = once(tx, key, lambda: json_reply({"reference": take(tx).reference}, 201))
    reference = str(json.loads(reply.body)["reference"])
    return take(tx).reference if is_over(tx, load(tx, reference)) else reference


def key_of_press(
    form_key: str | None, office_id: int, start: datetime, wanted: Sequence[Wanted]
) -> OnceKey | None:
    """The key of one time on one page of times; another time on it is another wish."""
    if form_key is None:
        return None
    asked = f"{form_key} {office_id} {start.isoformat()} {wanted}"
    return OnceKey("page of times", sha256(asked.encode()).hexdigest(), "")


def key_of_replacement(booked: Booked) -> OnceKey:
    """A hold that ran out is replaced by one appointment, whatever time was chosen for it."""
    return OnceKey("replaced hold", str(booked.id), "")
