"""Hashing and checking of passwords, off the event loop. Nothing about who they belong to."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from ...core.errors import invalid
from ...core.secrets import new_token

SHORTEST = 12
LONGEST = 200

# Argon2id as the OWASP password storage sheet recommends for machines that serve other things
# beside: 19 MiB, two passes, one lane (RFC 9106 names the parameters).
_HASHER = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)

# Two at once bound what a storm of sign-ins costs in memory and leave a core to the rest.
_LANE = ThreadPoolExecutor(max_workers=2, thread_name_prefix="password")


def hash_password(password: str) -> str:
    """Argon2id hash with its own salt; takes some 20 ms. Raises invalid_value when unfit."""
    if len(password) < SHORTEST:
        raise invalid("password", "password_too_short")
    if len(password) > LONGEST:
        raise invalid("password", "password_too_long")
    return _HASHER.hash(password)


def is_password(password: str, password_hash: str | None) -> bool:
    """Whether the password belongs to the hash; without a hash it takes as long, and says no."""
    try:
        _HASHER.verify(password_hash or _decoy(), password[: LONGEST + 1])
    except (VerificationError, InvalidHashError):
        return False
    return password_hash is not None


async def is_password_apart(password: str, password_hash: str | None) -> bool:
    """The same in a thread of its own, for handlers."""
    loop = asyncio.get_running_loop()
    return await loop.run_in_executor(_LANE, is_password, password, password_hash)


@cache
def _decoy() -> str:
    return _HASHER.hash(new_token())
