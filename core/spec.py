"""How a route of the interface describes itself; `app/openapi.py` makes the document of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from pydantic import BaseModel


@dataclass(frozen=True)
class Spec:
    """One line about the route, the models it parses and answers with, and its error codes.

    `answers` maps a status to the type of its body: a model, `list[Model]`, `str` for what is not
    JSON, or None where there is no body. `query` is a model whose fields are the parameters of the
    query. `secret` says that the holder's secret comes as a Bearer token. Codes that any route can
    answer with (`invalid_value`, `not_allowed`, `try_again`, ...) need not be named.
    """

    summary: str
    body: type[BaseModel] | None = None
    query: type[BaseModel] | None = None
    answers: Mapping[int, object] = field(default_factory=dict[int, object])
    errors: tuple[str, ...] = ()
    secret: bool = False
    media_type: str = "application/json"
