"""The template environment: `booking/choose.html` is `booking/templates/choose.html`.

Values are escaped, and a name that is not there is an error.
"""

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar, cast

from jinja2 import Environment, FileSystemLoader, PrefixLoader, StrictUndefined, pass_context
from jinja2.runtime import Context

from . import formats
from .assets import ROOT, static

V = TypeVar("V")

PARTS = ("core", "office", "booking", "queue", "display", "kiosk", "app")


def make_environment(root: Path = ROOT, *, reload: bool = False) -> Environment:
    """Templates of all parts; `reload` looks for changed files on every use (demo)."""
    loaders = {part: FileSystemLoader(root / part / "templates") for part in PARTS}
    environment = Environment(
        loader=PrefixLoader(loaders),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=reload,
        cache_size=-1,
    )
    cast("dict[str, object]", environment.globals)["static"] = static
    filters = cast("dict[str, object]", environment.filters)
    filters.update(
        day=_in_language(formats.day_text),
        long_day=_in_language(formats.long_day_text),
        short_day=_in_language(formats.short_day_text),
        month=_in_language(formats.month_text),
        weekday=_in_language(formats.weekday_text),
        time=_in_language(formats.time_text),
        moment=_in_language(formats.moment_text),
        long_moment=_in_language(formats.long_moment_text),
        minutes=_in_language(formats.minutes_text),
        listed=_in_language(formats.listed),
        capital=formats.capital,
        clock=formats.clock_text,
        number=formats.number_text,
        iso=formats.iso_text,
        local_day=formats.local_day,
    )
    return environment


def _in_language(write: Callable[[V, str], str]) -> object:
    @pass_context
    def filtered(context: Context, value: V) -> str:
        return write(value, context["language"])

    return filtered
