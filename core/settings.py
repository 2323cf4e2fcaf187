"""All settings, read once from the environment. What each means stands in docs/settings.md."""

import json
from collections.abc import Iterable
from difflib import get_close_matches
from functools import lru_cache
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from pathlib import Path
from typing import Annotated, Literal, Self
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_core import InitErrorDetails, PydanticCustomError
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from .locales import Language

PREFIX = "AUFRUF_"


class Settings(BaseSettings):
    """The settings of one process; every field is the environment variable AUFRUF_<NAME>."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, frozen=True, extra="ignore", hide_input_in_errors=True
    )

    public_url: str = Field(
        default="http://localhost:8000",
        description="Address citizens reach the service at; mails and QR codes contain it.",
    )
    host: str = Field(default="127.0.0.1", description="Address to listen on.")
    port: int = Field(default=8000, ge=0, le=65535, description="Port to listen on; 0 takes any.")
    allow_http: bool = Field(
        default=False,
        description="Permit plain http for a public_url beyond this machine (house network).",
    )
    data_dir: Path = Field(
        default=Path("var"), description="Folder for the embedded database and the secret key."
    )
    database_url: str = Field(
        default="",
        description="postgresql://… or sqlite:////file; empty: aufruf.db in the data folder.",
    )
    secret_key: SecretStr = Field(
        default=SecretStr(""),
        description="Key secrets are derived from, 32 characters or more; empty: created in the"
        " data folder. Several hosts need the same one.",
    )
    smtp_url: SecretStr = Field(
        default=SecretStr(""),
        description="smtp://user:password@host:587 (STARTTLS) or smtps://…:465; empty: mails wait.",
    )
    smtp_accounts: dict[str, SecretStr] = Field(
        default={},
        description='Accounts of single towns: {"usingen": "smtps://user:password@host:465"}.',
    )
    mail_from: str = Field(
        default="termine@localhost", max_length=320, description="Sender of mails."
    )
    languages: Annotated[tuple[Language, ...], NoDecode] = Field(
        default=("de", "de-simple", "en", "uk", "tr", "ar"),
        min_length=1,
        description="Languages offered, the first is the fallback: de,en or"
        ' ["de","en"]; de-simple is plain German.',
    )
    only: Literal["all", "public"] = Field(
        default="all",
        description="public: serve only what may face the internet (booking, phone page, status).",
    )
    trusted_proxies: str = Field(
        default="127.0.0.1,::1",
        description="Addresses or networks of proxies whose X-Forwarded-For is believed, by comma.",
    )
    exempt_networks: Annotated[tuple[IPv4Network | IPv6Network, ...], NoDecode] = Field(
        default=(),
        description="Networks without limits and proof of work, such as the town hall's own"
        " address: 203.0.113.7,2001:db8:7::/48.",
    )
    proof_of_work: bool = Field(
        default=True,
        description="Browsers prove with a short computation that a booking is not one of"
        " thousands.",
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        default="info", description="Lowest level written to the log."
    )
    demo: bool = Field(
        default=False,
        description="Demo: no limits, no proof of work, mails are shown instead of sent.",
    )
    strict_texts: bool = Field(
        default=False, description="A missing text is an error instead of its key (for tests)."
    )

    @field_validator("languages", mode="before")
    @classmethod
    def _read_languages(cls, value: object) -> object:
        if not isinstance(value, str):
            return value
        if value.lstrip().startswith("["):
            try:
                return json.loads(value)
            except ValueError:
                raise ValueError('must be de,en or ["de","en"]') from None
        return [name.strip() for name in value.split(",") if name.strip()]

    @field_validator("exempt_networks", mode="before")
    @classmethod
    def _read_networks(cls, value: object) -> object:
        if not isinstance(value, str):
            return value
        try:
            return tuple(ip_network(each.strip()) for each in value.split(",") if each.strip())
        except ValueError:
            raise ValueError("must be addresses or networks, such as 203.0.113.0/24") from None

    @field_validator("trusted_proxies")
    @classmethod
    def _check_proxies(cls, value: str) -> str:
        cls._read_networks(value)
        return value

    @field_validator("public_url")
    @classmethod
    def _check_public_url(cls, value: str) -> str:
        parts = urlsplit(value)
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise ValueError("must be http://… or https://… with a host")
        if parts.path.strip("/") or parts.query or parts.fragment or parts.username:
            raise ValueError("must be scheme, host and port alone, without path or user")
        return value.rstrip("/")

    @field_validator("database_url")
    @classmethod
    def _check_database_url(cls, value: str) -> str:
        if value and not value.startswith(("postgresql://", "sqlite:///")):
            raise ValueError("must start with postgresql:// or sqlite:///")
        return value

    @field_validator("secret_key")
    @classmethod
    def _check_secret_key(cls, value: SecretStr) -> SecretStr:
        if 0 < len(value.get_secret_value()) < 32:
            raise ValueError("must have at least 32 characters")
        return value

    @field_validator("smtp_url")
    @classmethod
    def _check_smtp_url(cls, value: SecretStr) -> SecretStr:
        if value.get_secret_value() and not _is_mail_server(value):
            raise ValueError("must be smtp://host:port or smtps://host:port")
        return value

    @field_validator("smtp_accounts")
    @classmethod
    def _check_smtp_accounts(cls, value: dict[str, SecretStr]) -> dict[str, SecretStr]:
        for town, url in value.items():
            if not _is_mail_server(url):
                raise ValueError(f"{town}: must be smtp://host:port or smtps://host:port")
        return value

    @model_validator(mode="after")
    def _check_plain_http(self) -> Self:
        if not (self.https or self.allow_http or is_loopback(urlsplit(self.public_url).hostname)):
            raise ValueError("public_url must be https, or allow_http must be set")
        return self

    @property
    def https(self) -> bool:
        """Whether citizens reach us encrypted; then cookies are Secure and __Host-."""
        return self.public_url.startswith("https://")

    @property
    def database(self) -> str:
        """The database's address, the embedded default filled in."""
        return self.database_url or f"sqlite:///{(self.data_dir / 'aufruf.db').resolve()}"


def _is_mail_server(url: SecretStr) -> bool:
    parts = urlsplit(url.get_secret_value())
    return parts.scheme in {"smtp", "smtps"} and bool(parts.hostname)


@lru_cache(maxsize=256)
def is_loopback(host: str | None) -> bool:
    """Whether a host name or literal address is this machine itself."""
    if host is None:
        return False
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def require_known(names: Iterable[str]) -> None:
    """Raises the ValidationError of `Settings` for variables of ours that are no setting.

    A mistyped one would be ignored silently, and the installation would run on the default.
    """
    ours = sorted(name[len(PREFIX) :] for name in names if name.upper().startswith(PREFIX))
    mistakes = [_stranger(name) for name in ours if name.lower() not in Settings.model_fields]
    if mistakes:
        raise ValidationError.from_exception_data(Settings.__name__, mistakes, hide_input=True)


def _stranger(name: str) -> InitErrorDetails:
    near = get_close_matches(name.lower(), Settings.model_fields, n=1)
    hint = f"; did you mean {PREFIX}{near[0].upper()}?" if near else ""
    kind = PydanticCustomError("unknown", "there is no such setting{hint}", {"hint": hint})
    return InitErrorDetails(type=kind, loc=(name,), input=None)


def explain(error: ValidationError) -> str:
    """One line for each wrong setting, named as its variable; never repeats the value."""
    lines: list[str] = []
    for mistake in error.errors(include_input=False, include_url=False, include_context=False):
        name = ".".join(str(part) for part in mistake["loc"][:1]) or "public_url"
        lines.append(f"{PREFIX}{name.upper()}: {mistake['msg'].removeprefix('Value error, ')}")
    return "\n".join(lines)
