"""What commands of this part tell the parts above, inside their transaction (`tx.react`)."""

from dataclasses import dataclass


@dataclass(slots=True)
class StaffSignedOut:
    """Somebody signed out, by themselves. The parts above say in `handed_over` how many numbers
    the counters they sat at had kept, which everybody may call now.
    """

    staff_id: int
    handed_over: int = 0


@dataclass(frozen=True, slots=True)
class OpeningRulesChanged:
    """Hours, closures, holidays or places of an office changed; what was counted is old."""

    office_id: int
