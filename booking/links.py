"""The secret links of an appointment. Whoever has one may do everything its holder may."""

from ..core.secrets import derive


def secret_of(secret_key: str, reference: str) -> str:
    """What opens an appointment beside its reference; derived, so stored nowhere."""
    return derive(secret_key, "appointment", reference)


def holder_path(secret_key: str, reference: str) -> str:
    """The page of an appointment, without the host: `/termin/ABCD2345/<secret>`."""
    return f"/termin/{reference}/{secret_of(secret_key, reference)}"


def contact_path(secret_key: str, reference: str) -> str:
    """The page that asks who comes, while the time is held."""
    return f"/termin/halten/{reference}/{secret_of(secret_key, reference)}"
