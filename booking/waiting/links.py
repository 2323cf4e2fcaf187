"""The secret links of the waiting list: one to wait, one to answer an offer."""

from ...core.secrets import derive


def entry_secret(secret_key: str, reference: str) -> str:
    """What opens an entry that waits without an appointment."""
    return derive(secret_key, "waiting", reference)


def entry_path(secret_key: str, reference: str) -> str:
    """The page of such an entry, without the host."""
    return f"/termin/warteliste/{reference}/{entry_secret(secret_key, reference)}"


def offer_secret(secret_key: str, reference: str) -> str:
    """What opens an offer; its hold cannot be opened as an appointment with it."""
    return derive(secret_key, "offer", reference)


def offer_path(secret_key: str, reference: str) -> str:
    """The page of an offer, by the reference of its hold."""
    return f"/termin/angebot/{reference}/{offer_secret(secret_key, reference)}"
