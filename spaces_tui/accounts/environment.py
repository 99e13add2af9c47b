"""The endpoint and the token that the environment names, read as the official client reads them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from spaces_tui.model.identity import Secret
from spaces_tui.model.tokens import TOKEN_VARIABLES

if TYPE_CHECKING:
    from collections.abc import Mapping

DEFAULT_ENDPOINT: Final = "https://huggingface.co"
_STAGING_ENDPOINT: Final = "https://hub-ci.huggingface.co"
_TRUE: Final = frozenset({"1", "ON", "YES", "TRUE"})
_BREAKS: Final = re.compile(r"[\r\n]")


@dataclass(frozen=True, slots=True)
class FoundToken:
    """A token and where it came from."""

    token: Secret
    source: str


def endpoint_from(environment: Mapping[str, str]) -> str:
    """Return the Hub's address: `HF_ENDPOINT` without its trailing slash, else the public Hub.

    A true `HUGGINGFACE_CO_STAGING` chooses the staging Hub when `HF_ENDPOINT` is unset.
    """
    named = environment.get("HF_ENDPOINT", "").strip()
    if named:
        return named.rstrip("/")
    if environment.get("HUGGINGFACE_CO_STAGING", "").upper() in _TRUE:
        return _STAGING_ENDPOINT
    return DEFAULT_ENDPOINT


def token_from(environment: Mapping[str, str]) -> FoundToken | None:
    """Return the token of `HF_TOKEN` or of its old name; None when there is none.

    Line breaks inside the value are dropped and blanks around it stripped; an empty value counts
    as no token.
    """
    for variable in TOKEN_VARIABLES:
        value = _BREAKS.sub("", environment.get(variable, "")).strip()
        if value:
            return FoundToken(Secret(value), variable)
    return None
