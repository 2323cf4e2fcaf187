"""What bounds bookings inside a command: appointments to come for each person, each proof once.

How addresses and numbers are compared stands here too. How often somebody may try something is
`core/limits.py`.
"""

import re
import unicodedata

from ...core.errors import DomainError
from ...core.tx import Tx
from ...office.infos import OfficeInfo
from .. import store
from ..store import Booked
from . import proof_store
from .proof import Proof


def email_key(email: str) -> str:
    """An address as limits compare it: without case, and without a tag (`amira+pass@`).

    Dots and other spellings that some providers ignore are left alone: elsewhere they are another
    person's.
    """
    name, _, domain = unicodedata.normalize("NFKC", email).casefold().rpartition("@")
    return f"{name.partition('+')[0] or name}@{domain}"


def phone_key(phone: str) -> str:
    """A number as limits compare it: `+` and digits, Germany's where no country is given.

    A zero that is dialled only inside Germany is left out, also behind `+49`.
    """
    digits = re.sub(r"\D", "", phone.replace("(0)", ""))
    if phone.lstrip(" (").startswith("+") or digits.startswith("00"):
        digits = digits.removeprefix("00")
    else:
        digits = f"49{digits.removeprefix('0')}"
    return f"+49{digits[2:].lstrip('0')}" if digits.startswith("49") else f"+{digits}"


def is_exempt(office: OfficeInfo, key: str) -> bool:
    """Whether the office lets this address or number book without limit: `@domain` covers all."""
    domain = f"@{key.rpartition('@')[2]}" if "@" in key else None
    return any(_as_key(each) in (key, domain) for each in office.limit_exempt)


def _as_key(listed: str) -> str:
    if listed.startswith("@"):
        return listed.casefold()
    return email_key(listed) if "@" in listed else phone_key(listed)


def check_limits(tx: Tx, office: OfficeInfo, booked: Booked) -> None:
    """Raise limit_reached (409) when this would be one appointment too many.

    Called inside a command that holds the office, so that of several at once none slips through.
    Counts what is booked or awaits its confirmation and is not over, this one left out.
    """
    _check(tx, office, booked, "email_key", office.limit_per_email)
    _check(tx, office, booked, "phone_key", office.limit_per_phone)


def _check(
    tx: Tx, office: OfficeInfo, booked: Booked, column: store.Key, limit: int | None
) -> None:
    key = booked.email_key if column == "email_key" else booked.phone_key
    if limit is None or key is None or is_exempt(office, key):
        return
    if store.count_coming(tx.conn, office.id, column, key, tx.now, booked.id) >= limit:
        raise DomainError("limit_reached", 409, {"n": limit, "by": column.removesuffix("_key")})


def spend_proof(tx: Tx, proof: Proof | None) -> None:
    """Use a proof up in the booking's transaction; raises proof_used (409) for a second one."""
    if proof is not None and not proof_store.spend(tx.conn, proof.digest, proof.until):
        raise DomainError("proof_used", 409)


def forget_proofs(tx: Tx) -> int:
    """Delete used proofs that are too old to be used again; returns how many."""
    return proof_store.forget_old(tx.conn, tx.now)
