"""Tokens that open something, their hashes, and secrets derived from the installation's key."""

import base64
import hmac
import os
import secrets
from hashlib import sha256
from pathlib import Path

from .settings import Settings


def new_token() -> str:
    """A fresh secret of 128 bits: 26 characters a-z and 2-7, fit for addresses and QR codes."""
    return _encode(secrets.token_bytes(16))


def token_hash(token: str) -> str:
    """What is stored of a token: SHA-256, hexadecimal. Tokens are random, so no salt is needed."""
    return sha256(token.encode()).hexdigest()


def derive(secret_key: str, purpose: str, value: str) -> str:
    """The secret that belongs to `value`: HMAC-SHA-256 cut to 128 bits, written like a token.

    The same three arguments always give the same secret, so it need not be stored.
    """
    message = f"{purpose}\0{value}".encode()
    return _encode(hmac.digest(secret_key.encode(), message, "sha256")[:16])


def is_same(left: str, right: str) -> bool:
    """Compare two secrets in constant time."""
    return hmac.compare_digest(left.encode(), right.encode())


def secret_key_of(settings: Settings) -> str:
    """The installation's key: from the settings, else from `secret.key` in the data folder.

    The file is created once, readable by its owner alone; of two processes that create it at the
    same moment both end up with the same key.
    """
    given = settings.secret_key.get_secret_value()
    if given:
        return given
    path = settings.data_dir / "secret.key"
    if not path.exists():
        _create(path)
    return path.read_text(encoding="ascii").strip()


def _create(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(secrets.token_urlsafe(48) + "\n")
    try:
        # link() is atomic and refuses when somebody else was first; theirs is then the key.
        os.link(fresh, path)
    except FileExistsError:
        return
    finally:
        fresh.unlink()


def _encode(raw: bytes) -> str:
    return base64.b32encode(raw).decode().rstrip("=").lower()
