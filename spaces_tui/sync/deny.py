"""Names that never leave the machine, and names nobody wants on a Space.

`refused_name` is loud: the file is listed with its reason. `quiet_name` is silent: caches,
virtual environments and the scratch files of editors.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Final

_VCS: Final = frozenset({".git", ".hg", ".svn", ".bzr"})
_STORES: Final = frozenset({".aws", ".ssh", ".gnupg", ".kube"})
_QUIET: Final = frozenset(
    {
        "__pycache__", ".venv", "venv", "node_modules", ".idea", ".vscode", ".mypy_cache",
        ".pytest_cache", ".ruff_cache", ".ipynb_checkpoints", ".DS_Store", "Thumbs.db", ".cache",
        ".hypothesis",
    }
)  # fmt: skip


def _any(*patterns: str) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns), re.IGNORECASE)


_PASSWORDS: Final = _any(
    r"\.env(?:\..*)?",
    r"\.netrc",
    r"\.pypirc",
    r"\.npmrc",
    r"\.git-credentials",
    r"\.htpasswd",
    r"credentials\.json",
    r"service-account.*\.json",
)
_EXAMPLES: Final = _any(r"\.env\.(?:example|sample|template)")
_KEYS: Final = _any(r".*\.(?:pem|key|p12|pfx|jks|kdbx)", r"id_(?:rsa|ed25519|ecdsa)(?!.*\.pub$).*")
_SCRATCH: Final = _any(
    r"4913", r".*~", r"\..*\.sw[a-z]", r"\.#.*", r"#.*#", r".*___jb_tmp___", r".*___jb_old___",
    r"\.goutputstream-.*", r".*\.kate-swp", r".*\.py[cod]", r".*\.tmp\.\d+.*", r"\.fuse_hidden.*",
    r"\.nfs[0-9a-f]{8,}", r"\.spaces-tui-[0-9a-f]+-[0-9a-f]+\.part",
)  # fmt: skip


@lru_cache(maxsize=65_536)
def quiet_name(name: str) -> bool:
    """Whether a file or folder of this name is skipped without a word."""
    return name in _QUIET or name in _VCS or _SCRATCH.fullmatch(name) is not None


def refused_name(path: str, *, allow_keys: bool = False) -> str | None:
    """Say why the file or folder at `path` is never sent; None when its name is harmless.

    `allow_keys` lifts the rule for files that are named like private keys, and for nothing else.
    """
    folder, _, name = path.rpartition("/")
    if name == "config.json" and _base(folder) == ".docker":
        return "a store of credentials"
    if name in {"token", "stored_tokens"} and _base(folder) == "huggingface":
        return "a stored Hugging Face token"
    return _refused_base(name, allow_keys)


@lru_cache(maxsize=65_536)
def _refused_base(name: str, allow_keys: bool) -> str | None:
    if name in _STORES:
        return "a store of credentials"
    if _PASSWORDS.fullmatch(name) and not _EXAMPLES.fullmatch(name):
        return "its name says it holds passwords or tokens; use a secret of the Space"
    if not allow_keys and _KEYS.fullmatch(name):
        return "its name says it is a private key"
    return None


def denied_path(path: str, *, allow_keys: bool = False) -> bool:
    """Whether any part of `path` is a name that is skipped or refused."""
    return any(
        quiet_name(_base(part)) or refused_name(part, allow_keys=allow_keys) is not None
        for part in prefixes(path)
    )


def prefixes(path: str) -> Iterable[str]:
    """Yield `a`, `a/b`, `a/b/c` for `a/b/c`."""
    at = path.find("/")
    while at >= 0:
        yield path[:at]
        at = path.find("/", at + 1)
    yield path


def _base(path: str) -> str:
    return path.rpartition("/")[2]
