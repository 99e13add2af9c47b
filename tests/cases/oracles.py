"""What must be true of every watched folder, judged without the program's own judgement.

O1 converged, O2 foreign files kept, O3 one commit for one intention, O4 no secret sent, O5 only
contents that files really had, O6 requests within a budget, O7 commands answered, O8 in-sync only
when true. What belongs on the Space is decided here by git itself and a list of names, written
from the product's promises and not from its code.
"""

from __future__ import annotations

import base64
import json
import os
import stat
import subprocess
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any, Final

_NEVER: Final = (
    ".env", ".env.*", "*.pem", "*.key", "*.p12", "*.pfx", "*.jks", "*.kdbx", "id_rsa",
    "id_ed25519", "id_ecdsa", ".netrc", ".pypirc", ".npmrc", ".git-credentials", ".htpasswd",
    "credentials.json", "service-account*.json", ".aws", ".ssh", ".gnupg", ".kube", ".git", ".hg",
    ".svn", ".bzr", ".cache", "__pycache__", "*.pyc", "*.pyo", "*.pyd", ".venv", "venv",
    "node_modules", ".idea", ".vscode", ".mypy_cache", ".pytest_cache", ".ruff_cache",
    ".ipynb_checkpoints", ".DS_Store", "Thumbs.db", "4913", "*~", ".*.sw?", ".#*", "#*#",
    "*___jb_tmp___", "*___jb_old___", ".goutputstream-*", "*.kate-swp",
)  # fmt: skip
_ALWAYS: Final = (".env.example", ".env.sample", ".env.template")


def belongs(root: Path) -> dict[str, bytes]:
    """Return what the Space should hold of a folder: path to content."""
    found = {}
    entries = list(_walk(root))
    ignored = _ignored(root, [path for path, _ in entries])
    for path, place in entries:
        if path in ignored or any(map(_unwanted, path.split("/"))):
            continue
        found[path] = place.read_bytes()
    return found


def _walk(root: Path) -> Iterator[tuple[str, Path]]:
    for folder, _, names in os.walk(root):
        for name in names:
            place = Path(folder, name)
            try:
                place.name.encode()
            except UnicodeEncodeError:
                continue
            if stat.S_ISREG(place.lstat().st_mode):
                yield place.relative_to(root).as_posix(), place


def _unwanted(name: str) -> bool:
    return name not in _ALWAYS and any(fnmatchcase(name, pattern) for pattern in _NEVER)


def _ignored(root: Path, paths: list[str]) -> set[str]:
    """Ask git itself, in a repository made for the question."""
    if not paths:
        return set()
    own = root / ".git"
    place = own if own.exists() else root.parent / ".judge"
    if not place.exists():
        subprocess.run(["git", "init", "-q", "--bare", str(place)], check=True)
    command = ["git", f"--git-dir={place}", f"--work-tree={root}", "-c", "core.bare=false"]
    command += ["check-ignore", "--no-index", "-z", "--stdin"]
    done = subprocess.run(
        command, input="\0".join(paths).encode(), capture_output=True, cwd=root, check=False
    )
    assert done.returncode in {0, 1}, done.stderr
    return set(done.stdout.decode().split("\0")) - {""}


@dataclass(frozen=True)
class Change:
    """One commit of ours on the Space, as the server keeps it."""

    oid: str
    parent: str
    nonce: str
    written: dict[str, bytes]
    deleted: set[str]

    @property
    def paths(self) -> set[str]:
        """Everything it touches."""
        return {*self.written, *self.deleted}


def lines_of(body: bytes) -> list[dict[str, Any]]:
    """Return the lines of a commit's body, or the one object of any other JSON body."""
    found = []
    for line in body.split(b"\n"):
        try:
            read = json.loads(line)
        except ValueError:
            continue
        if isinstance(read, dict):
            found.append(read)
    return found


def contents_of(body: bytes) -> Iterator[bytes]:
    """Yield every text in a body that was sent, base64 undone wherever it may stand."""
    yield body
    texts: list[object] = [*lines_of(body)]
    while texts:
        item = texts.pop()
        if isinstance(item, dict):
            texts += item.values()
        elif isinstance(item, list):
            texts += item
        elif isinstance(item, str):
            yield item.encode("utf-8", "surrogateescape")
            try:
                yield base64.b64decode(item, validate=True)
            except ValueError:
                continue


def unspilled(bodies: Iterable[bytes], canaries: Iterable[bytes]) -> None:
    """O4: none of the planted secrets is in any body."""
    planted = list(canaries)
    for body in bodies:
        for content in contents_of(body):
            for canary in planted:
                assert canary not in content, "a planted secret was sent"


def single(changes: Iterable[Change]) -> None:
    """O3: no intention landed twice, and no commit changed nothing."""
    made = list(changes)
    doubled = [nonce for nonce, count in Counter(each.nonce for each in made).items() if count > 1]
    assert not doubled, f"landed twice: {doubled}"
    assert all(each.nonce for each in made), "a commit without a nonce"
    assert all(each.paths for each in made), "a commit that changed nothing"


def true_states(changes: Iterable[Change], states: Mapping[str, set[bytes]]) -> None:
    """O5: every committed content is one the file really had."""
    for change in changes:
        for path, content in change.written.items():
            if path == ".gitattributes" and content.startswith(tuple(states.get(path, ()))):
                continue  # the Hub itself adds a line for each large file
            assert content in states.get(path, set()), f"{path} never held {content[:80]!r}…"


def same(there: Mapping[str, bytes], here: Mapping[str, bytes]) -> None:
    """O1: both sides are equal, byte for byte; says how they differ."""
    missing = sorted(here.keys() - there.keys())
    extra = sorted(there.keys() - here.keys())
    unequal = sorted(path for path in here.keys() & there.keys() if here[path] != there[path])
    assert (missing, extra, unequal) == ([], [], []), "missing, only on the Space, unequal"
