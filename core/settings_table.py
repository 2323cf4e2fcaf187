"""The table of settings in docs/settings.md: `python -m aufruf.core.settings_table`."""

import sys
from typing import cast

from pydantic import SecretStr

from .settings import PREFIX, Settings


def table() -> str:
    """One row per setting: variable, default, meaning."""
    rows = ["| Variable | Default | Meaning |", "|---|---|---|"]
    for name, field in Settings.model_fields.items():
        shown = _shown(field.default)
        rows.append(f"| `{PREFIX}{name.upper()}` | {shown} | {field.description} |")
    return "\n".join(rows) + "\n"


def _shown(default: object) -> str:
    value = default.get_secret_value() if isinstance(default, SecretStr) else default
    if isinstance(value, bool):
        value = str(value).lower()
    elif isinstance(value, tuple):
        value = "[" + ",".join(f'"{item}"' for item in cast("tuple[object, ...]", value)) + "]"
    return f"`{value}`" if value != "" else ""


if __name__ == "__main__":
    sys.stdout.write(table())
