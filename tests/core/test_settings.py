"""Settings: a wrong one is refused by name, the key is made once, the table is whole."""

import re
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from pydantic import ValidationError

from aufruf.core.secrets import derive, is_same, new_token, secret_key_of, token_hash
from aufruf.core.settings import PREFIX, Settings, explain, is_loopback, require_known
from aufruf.core.settings_table import table

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "http"),
        ("PORT", "70000"),
        ("PUBLIC_URL", "termine.example.org"),
        ("PUBLIC_URL", "https://termine.example.org/termine"),
        ("PUBLIC_URL", "http://termine.example.org"),
        ("DATABASE_URL", "mysql://localhost/aufruf"),
        ("SECRET_KEY", "short"),
        ("SMTP_URL", "mail.example.org"),
        ("LANGUAGES", '["de","xx"]'),
        ("LANGUAGES", "[]"),
        ("LANGUAGES", "de,fr"),
        ("LANGUAGES", '["de'),
        ("LANGUAGES", ","),
        ("ONLY", "some"),
        ("LOG_LEVEL", "chatty"),
        ("DEMO", "perhaps"),
        ("EXEMPT_NETWORKS", "the town hall"),
        ("EXEMPT_NETWORKS", "203.0.113.7/24"),
        ("TRUSTED_PROXIES", "*"),
    ],
)
def test_setting_that_is_wrong_is_refused_and_named(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(PREFIX + name, value)
    with pytest.raises(ValidationError) as refused:
        Settings()
    assert explain(refused.value).startswith(f"{PREFIX}{name}: ")
    assert value not in explain(refused.value) or len(value) < 5


def test_settings_follow_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AUFRUF_PUBLIC_URL", "https://termine.example.org/")
    monkeypatch.setenv("AUFRUF_LANGUAGES", '["en","de"]')
    settings = Settings()
    assert (settings.public_url, settings.https) == ("https://termine.example.org", True)
    assert settings.languages == ("en", "de")


@pytest.mark.parametrize("text", ["de", "de, en", '["de"]'])
def test_languages_are_named_as_a_list_or_in_a_row(
    monkeypatch: pytest.MonkeyPatch, text: str
) -> None:
    monkeypatch.setenv("AUFRUF_LANGUAGES", text)
    assert Settings().languages == (("de", "en") if "en" in text else ("de",))


def test_variable_that_is_no_setting_is_refused_and_named() -> None:
    require_known(["AUFRUF_PORT", "aufruf_port", "PATH"])
    with pytest.raises(ValidationError) as refused:
        require_known(["AUFRUF_PUBILC_URL", "AUFRUF_XYZ", "HOME"])
    assert explain(refused.value).splitlines() == [
        "AUFRUF_PUBILC_URL: there is no such setting; did you mean AUFRUF_PUBLIC_URL?",
        "AUFRUF_XYZ: there is no such setting",
    ]


def test_plain_http_in_the_house_has_to_be_meant(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AUFRUF_PUBLIC_URL", "http://192.0.2.7:8000")
    monkeypatch.setenv("AUFRUF_ALLOW_HTTP", "true")
    assert not Settings().https


def test_settings_do_not_show_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AUFRUF_SECRET_KEY", "x" * 40)
    monkeypatch.setenv("AUFRUF_SMTP_URL", "smtp://user:hush@mail.example.org")
    accounts = '{"usingen": "smtps://user:hush@mail.example.org"}'
    monkeypatch.setenv("AUFRUF_SMTP_ACCOUNTS", accounts)
    assert Settings().smtp_accounts["usingen"].get_secret_value().endswith("hush@mail.example.org")
    assert not re.search("x{40}|hush", repr(Settings()))


def test_wrong_account_of_a_town_is_named_without_its_password(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    accounts = '{"usingen": "imap://user:hush@mail.example.org"}'
    monkeypatch.setenv("AUFRUF_SMTP_ACCOUNTS", accounts)
    with pytest.raises(ValidationError) as refused:
        Settings()
    message = explain(refused.value)
    assert message.startswith("AUFRUF_SMTP_ACCOUNTS: usingen: must be smtp://")
    assert "hush" not in message


def test_documentation_lists_every_setting_as_it_is() -> None:
    assert table() in (ROOT / "docs" / "settings.md").read_text("utf-8")


@pytest.mark.parametrize(
    ("host", "loopback"),
    [("localhost", True), ("127.0.0.9", True), ("::1", True), ("192.0.2.7", False), (None, False)],
)
def test_loopback_is_this_machine_alone(host: str | None, loopback: bool) -> None:
    assert is_loopback(host) is loopback


def test_secret_key_is_made_once_for_its_owner_alone(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path / "data")
    with ThreadPoolExecutor(8) as threads:
        keys = set(threads.map(secret_key_of, [settings] * 32))
    (key,) = keys
    file = tmp_path / "data" / "secret.key"
    assert len(key) >= 32
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert list(file.parent.iterdir()) == [file]


def test_derived_secret_depends_on_all_it_is_made_of() -> None:
    secrets = {
        derive(key, purpose, value)
        for key in ("k" * 32, "l" * 32)
        for purpose in ("appointment", "mail")
        for value in ("ABCDEFGH", "ABCDEFGJ")
    }
    assert len(secrets) == 8
    assert derive("k" * 32, "mail", "A") == derive("k" * 32, "mail", "A")
    assert all(re.fullmatch("[a-z2-7]{26}", secret) for secret in secrets)


def test_token_is_random_and_kept_as_hash() -> None:
    token = new_token()
    assert re.fullmatch("[a-z2-7]{26}", token)
    assert token != new_token()
    assert re.fullmatch("[0-9a-f]{64}", token_hash(token))
    assert is_same(token, token)
    assert not is_same(token, "ä")
