"""Names of variables and secrets: which the Hub takes, which are its own, which keep a secret."""

from __future__ import annotations

import re
from typing import Final

from spaces_tui.model.environment import is_key
from spaces_tui.model.tokens import TOKEN_SHAPES

_RESERVED: Final = frozenset({
    "SYSTEM", "ACCELERATOR", "CPU_CORES", "MEMORY",
    "OAUTH_CLIENT_ID", "OAUTH_CLIENT_SECRET", "OAUTH_SCOPES", "OPENID_PROVIDER_URL",
})  # fmt: skip
_RESERVED_START: Final = "SPACE_"
_MACHINE: Final = frozenset({
    "PATH", "HOME", "USER", "SHELL", "PWD", "LANG", "TERM", "TMPDIR", "HOSTNAME", "TZ", "DISPLAY",
    "PYTHONPATH", "VIRTUAL_ENV", "NODE_ENV", "PORT", "CUDA_VISIBLE_DEVICES",
})  # fmt: skip
_SECRET_WORDS: Final = frozenset({
    "TOKEN", "TOKENS", "KEY", "KEYS", "APIKEY", "PAT", "PWD", "PASS", "PASSWD", "PASSPHRASE",
    "CREDENTIAL", "CREDENTIALS", "DSN", "JWT",
})  # fmt: skip
_SECRET_PARTS: Final = ("PASSWORD", "SECRET", "APIKEY", "PRIVATE_KEY")
_COUNTS: Final = frozenset({"MAX", "MIN", "NUM", "COUNT", "LIMIT", "LENGTH", "BUDGET", "CONTEXT"})
"""Words beside which `TOKENS` are pieces of text."""
_SECRET_VALUES: Final = re.compile(
    "|".join(f"(?:{pattern})" for _, pattern, _ in TOKEN_SHAPES)
    + r"|://[^/\s:@]*:[^/\s@]+@"  # an address with a password in it
    r"|\beyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}",  # a signed web token
    re.ASCII,
)


def reserved(name: str) -> bool:
    """Whether the Hub itself sets this in the container."""
    return name.startswith(_RESERVED_START) or name in _RESERVED


def given(name: str) -> bool:
    """Whether an app finds this without anybody setting it: by the Hub or the system."""
    return reserved(name) or name in _MACHINE


def name_problem(name: str) -> str:
    """Say why a new variable or secret cannot be named so, in one sentence; empty when it can."""
    if not name:
        return "It needs a name."
    if reserved(name):
        return f"The Hub sets {name} itself: choose another name."
    if is_key(name):
        return ""
    if not (name[0].isascii() and name[0].isalpha()):
        return "A name begins with a letter from A to Z."
    return "A name has letters, digits and underscores only."


def looks_secret(name: str, value: str = "") -> bool:
    """Whether a name says that its value is confidential, or the value looks like a token."""
    upper = name.upper()
    words = frozenset(upper.split("_"))
    by_name = bool(words & _SECRET_WORDS) or any(part in upper for part in _SECRET_PARTS)
    if by_name and not ("PUBLIC" in words or ("TOKENS" in words and words & _COUNTS)):
        return True
    return bool(_SECRET_VALUES.search(value))
