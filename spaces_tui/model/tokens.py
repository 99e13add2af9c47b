"""What tokens and keys look like, as expressions for text or for bytes, and where one is set."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

TOKEN_VARIABLES: Final = ("HF_TOKEN", "HUGGING_FACE_HUB_TOKEN")
"""What holds a token in the environment: the name, and its old one, which comes second."""


class TokenShape(NamedTuple):
    """One kind of token."""

    what: str
    """What a person calls it."""
    pattern: str
    """Matches it; ASCII alone, meant for `re.ASCII`."""
    signs: tuple[str, ...]
    """One of these must be somewhere for it to be there at all: quickly looked for."""


TOKEN_SHAPES: Final = (
    TokenShape("a Hugging Face token", r"\bhf_[A-Za-z0-9]{30,}", ("hf_",)),
    TokenShape(
        "a GitHub token",
        r"\b(?:gh[pousr]_[A-Za-z0-9]{30,}|github_pat_[A-Za-z0-9_]{30,})",
        ("ghp_", "gho_", "ghu_", "ghs_", "ghr_", "github_pat_"),
    ),
    TokenShape("an AWS access key", r"\bAKIA[0-9A-Z]{16}\b", ("AKIA",)),
    TokenShape("a Slack token", r"\bxox[baprs]-[A-Za-z0-9-]{10,}", ("xox",)),
    TokenShape("a Google API key", r"\bAIza[A-Za-z0-9_-]{30,}", ("AIza",)),
    TokenShape("an API key (sk-…)", r"(?<![A-Za-z0-9_-])sk-[A-Za-z0-9_-]{20,}", ("sk-",)),
    TokenShape("a private key", r"-----BEGIN [A-Z ]*PRIVATE KEY-----", ("-----BEGIN ",)),
)


def without_tokens(environment: Mapping[str, str]) -> dict[str, str]:
    """Return the environment for another program, which needs no token of ours."""
    return {name: value for name, value in environment.items() if name not in TOKEN_VARIABLES}
