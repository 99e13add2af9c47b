"""Faults on request: what the server does wrong, for which requests, and how often."""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass, field
from typing import Literal, TypedDict

Drop = Literal["before", "after"]
Cut = Literal["close", "reset"]
Mangle = Literal["malformed", "truncated"]


class FaultOptions(TypedDict, total=False):
    """The settings of a `Fault` besides its path."""

    method: str | None
    count: int | None
    skip: int
    delay: float
    status: int | None
    handled: bool
    body: str
    headers: dict[str, str]
    drop: Drop | None
    cut: Cut
    mangle: Mangle | None
    bytes_per_second: float | None


@dataclass
class Fault:
    """One fault.

    It applies to requests whose method equals `method` (None: any) and whose path with query,
    as sent, contains a match of the regular expression `path`. The first `skip` matches pass; the
    next `count` are hit (None: all). A fault does the first of these that is set:

    `drop="before"`   cut the connection without handling the request;
    `status`          answer with `status`, `body` and `headers` without handling the request, or,
                      with `handled`, after it: a gateway that gave up too early;
    `drop="after"`    handle the request, then cut the connection: a lost reply;
    `mangle`          handle the request, then answer `malformed` JSON or a `truncated` body.

    `delay` seconds pass before any of this, and by itself makes a slow but correct answer.
    `bytes_per_second` slows the body of whatever answer there is. `cut="reset"` makes a dropped or
    truncated connection end with a reset instead of a close, and drops it `before` if nothing else
    is set.
    """

    path: str
    method: str | None = None
    count: int | None = 1
    skip: int = 0
    delay: float = 0.0
    status: int | None = None
    handled: bool = False
    body: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    drop: Drop | None = None
    cut: Cut = "close"
    mangle: Mangle | None = None
    bytes_per_second: float | None = None
    hits: int = 0

    def __post_init__(self) -> None:
        try:
            self._pattern = re.compile(self.path)
        except re.error as error:
            raise ValueError(f"bad pattern {self.path!r}: {error}") from error
        self._seen = 0
        if self.cut == "reset" and not (self.drop or self.mangle or self.status):
            self.drop = "before"

    def take(self, method: str, target: str) -> bool:
        """Whether this request is hit; counts it."""
        if self.method not in {None, method} or not self._pattern.search(target):
            return False
        if self.spent:
            return False
        self._seen += 1
        if self._seen <= self.skip:
            return False
        self.hits += 1
        return True

    @property
    def spent(self) -> bool:
        """Whether it will hit nothing any more."""
        return self.count is not None and self.hits >= self.count


class Faults:
    """Active faults; the oldest that matches a request is the one that hits."""

    def __init__(self) -> None:
        self._faults: list[Fault] = []

    def add(self, fault: Fault) -> None:
        """Begin to apply a fault."""
        self._faults.append(fault)

    def clear(self) -> None:
        """End all faults."""
        self._faults.clear()

    def take(self, method: str, target: str) -> Fault | None:
        """Return the fault that hits this request, if any."""
        for fault in self._faults:
            if fault.take(method, target):
                return fault
        return None

    def to_json(self) -> list[dict[str, object]]:
        """Return all faults with their hits so far."""
        return [asdict(fault) for fault in self._faults]
