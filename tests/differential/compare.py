"""Which requests of two clients differ, and which differences are known and right."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tests.differential.requests_seen import Asked


@dataclass(frozen=True)
class Found:
    """A difference that was seen: `what` reads `fact: ours | theirs`, with `-` for nothing."""

    what: str
    line: str


@dataclass(frozen=True)
class Known:
    """A difference that has to be there, and why our way is right."""

    what: str
    """As in `Found`; `…` stands for anything."""
    why: str
    on: str = "…"
    """Method and path; `…` stands for anything."""

    def covers(self, found: Found) -> bool:
        """Whether this is the difference found."""
        return _fits(found.what, self.what) and _fits(found.line, self.on)


def differences(ours: Sequence[Asked], theirs: Sequence[Asked]) -> list[Found]:
    """Return how requests differ; the n-th of one line belongs to the n-th of the other client."""
    mine, other = _numbered(ours), _numbered(theirs)
    found = [
        Found("request: sent | -", line) for line, number in mine if (line, number) not in other
    ]
    found += [
        Found("request: - | sent", line) for line, number in other if (line, number) not in mine
    ]
    both = [key for key in mine if key in other]
    steps = [_step(line) for line, _ in both]
    if steps != [_step(line) for line, number in other if (line, number) in mine]:
        found.append(Found("order", " then ".join(steps)))
    for key in both:
        found += [Found(what, key[0]) for what in _facts(mine[key], other[key])]
    return found


def _fits(text: str, pattern: str) -> bool:
    return re.fullmatch(re.escape(pattern).replace("…", ".*"), text, re.DOTALL) is not None


def _step(line: str) -> str:
    """Return a line whose place counts: parts of a file are sent side by side, in any order."""
    return re.sub(r" part \d+$", " part", line)


def _numbered(requests: Sequence[Asked]) -> dict[tuple[str, int], Asked]:
    seen: Counter[str] = Counter()
    numbered = {}
    for request in requests:
        numbered[request.line, seen[request.line]] = request
        seen[request.line] += 1
    return numbered


def _facts(ours: Asked, theirs: Asked) -> Iterator[str]:
    for name in sorted(ours.facts.keys() | theirs.facts.keys()):
        mine, other = ours.facts.get(name, "-"), theirs.facts.get(name, "-")
        if mine != other:
            yield f"{name}: {mine} | {other}"
