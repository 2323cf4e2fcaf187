"""What commands of this part tell the parts above, inside their transaction (`tx.react`)."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class OpeningRulesChanged:
    """Hours, closures, holidays or places of an office changed; what was counted is old."""

    office_id: int
