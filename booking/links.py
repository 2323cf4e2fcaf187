"""The secret links of an appointment, and the short code that is said on the phone instead.

Whoever has one may do everything its holder may.
"""

from functools import lru_cache

from ..core.secrets import derive
from .rules import in_signs

CODE_LENGTH = 6
# Where whoever has lost the link says reference and code instead.
FIND_PATH = "/termin/aendern"


@lru_cache(maxsize=1000)
def secret_of(secret_key: str, reference: str) -> str:
    """What opens an appointment beside its reference; derived, so stored nowhere."""
    return derive(secret_key, "appointment", reference)


def holder_path(secret_key: str, reference: str) -> str:
    """The page of an appointment, without the host: `/termin/ABCD2345/<secret>`."""
    return f"/termin/{reference}/{secret_of(secret_key, reference)}"


def contact_path(secret_key: str, reference: str) -> str:
    """The page that asks who comes, while the time is held."""
    return f"/termin/halten/{reference}/{secret_of(secret_key, reference)}"


def change_code(secret_key: str, reference: str) -> str:
    """Six characters that prove, beside the reference, whose appointment it is: said on the phone.

    Derived, so stored nowhere. 31^6 of them, and tries are limited for each reference.
    """
    number = int.from_bytes(derive(secret_key, "change code", reference).encode())
    return in_signs(number, CODE_LENGTH)
