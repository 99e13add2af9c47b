"""What tokens and keys look like, as expressions for text or for bytes."""

from __future__ import annotations

from typing import Final

TOKEN_PATTERNS: Final[tuple[tuple[str, str], ...]] = (
    ("a Hugging Face token", r"\bhf_[A-Za-z0-9]{30,}"),
    ("a GitHub token", r"\b(?:gh[pousr]_[A-Za-z0-9]{30,}|github_pat_[A-Za-z0-9_]{30,})"),
    ("an AWS access key", r"\bAKIA[0-9A-Z]{16}\b"),
    ("a Slack token", r"\bxox[baprs]-[A-Za-z0-9-]{10,}"),
    ("a Google API key", r"\bAIza[A-Za-z0-9_-]{30,}"),
    ("an API key (sk-…)", r"(?<![A-Za-z0-9_-])sk-[A-Za-z0-9_-]{20,}"),
    ("a private key", r"-----BEGIN [A-Z ]*PRIVATE KEY-----"),
)
"""Each with what a person calls it. The expressions are ASCII."""
