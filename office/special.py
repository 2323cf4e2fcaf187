"""Special hours of one day, set by a command. Hours of every week come from the files."""

from collections.abc import Mapping
from datetime import date

from sqlalchemy import delete, insert, select

from ..core.tx import Tx
from . import hours_models
from .changes import OpeningRulesChanged
from .directory import current_directory, mark_changed
from .events import DirectoryChanged
from .writing import table_of, take_version, write_version

_RULE = table_of(hours_models.OpeningRule)
_PARTS = tuple(
    table_of(model)
    for model in (
        hours_models.OpeningRulePool,
        hours_models.OpeningRuleOffer,
        hours_models.OpeningRuleBreak,
    )
)
_PLACES = _PARTS[0]


def open_specially(
    tx: Tx,
    *,
    office_id: int,
    day: date,
    from_minute: int,
    to_minute: int,
    places: Mapping[int, tuple[int, int]],
) -> None:
    """Open an office on one day with appointments and walk-ins mixed and no lead time.

    Replaces all other hours of that day, closures included, and earlier special hours of exactly
    that day. `places` is pool id -> (public, total). For administrators and the demo, in the
    installation lane, like loading. Raises unknown_office (404).
    """
    office = current_directory(tx).office(office_id)
    version = take_version(tx.conn) + 1
    mark_changed(tx)
    _drop_special(tx, office.id, day)
    row = {
        "office_id": office.id,
        "weekdays": [day.weekday()],
        "from_minute": from_minute,
        "to_minute": to_minute,
        "valid_from": day,
        "valid_to": day,
        "mode": "mixed",
        "special": True,
        "lead_minutes": 0,
        "every_weeks": 1,
        "nth": [],
    }
    rule_id = tx.conn.execute(insert(_RULE).values(row).returning(_RULE.c.id)).scalar_one()
    for pool_id, (public, total) in sorted(places.items()):
        tx.conn.execute(
            insert(_PLACES).values(
                rule_id=rule_id,
                pool_id=pool_id,
                public_places=public,
                total_places=total,
                held_back_places=0,
            )
        )
    write_version(tx.conn, version)
    mark_changed(tx)
    tx.emit(office.id, DirectoryChanged(version=version))
    tx.react(OpeningRulesChanged(office.id))


def _drop_special(tx: Tx, office_id: int, day: date) -> None:
    same = (
        _RULE.c.office_id == office_id,
        _RULE.c.special,
        _RULE.c.valid_from == day,
        _RULE.c.valid_to == day,
    )
    ids = select(_RULE.c.id).where(*same)
    for part in _PARTS:
        tx.conn.execute(delete(part).where(part.c.rule_id.in_(ids)))
    tx.conn.execute(delete(_RULE).where(*same))
