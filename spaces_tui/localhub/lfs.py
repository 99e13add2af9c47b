"""Large files: the stored bytes, and the signed addresses under which they travel."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final, Literal

LIFETIME: Final = 3600
"""Seconds a signed address is valid."""
MULTIPART_OVER: Final = 100_000_000
CHUNK: Final = 16_000_000

Verb = Literal["PUT", "GET", "POST"]


@dataclass(frozen=True)
class Grant:
    """Permission to PUT or GET one object, PUT a part of it, or (POST) join the parts."""

    verb: Verb
    oid: str
    size: int
    expires: float
    """Unix seconds."""
    parts: Parts | None = None
    number: int = 0
    """Which part, from 1."""


@dataclass
class Parts:
    """An upload in several parts."""

    chunk: int
    received: dict[int, bytes] = field(default_factory=dict)


class LfsStore:
    """Objects by SHA-256, and the grants given out."""

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self.objects: dict[str, bytes] = {}
        self.refused: dict[str, tuple[int, str]] = {}
        """Objects that are not accepted: status and message by SHA-256."""
        self.multipart_over = MULTIPART_OVER
        """Bytes; bigger objects are sent in parts, by clients that can."""
        self.chunk = CHUNK
        """Bytes of each part but the last."""
        self.lifetime = LIFETIME
        self._grants: dict[str, Grant] = {}

    def put(self, data: bytes) -> str:
        """Store bytes directly and return their SHA-256."""
        oid = hashlib.sha256(data).hexdigest()
        self.objects[oid] = data
        return oid

    def sign(self, verb: Literal["PUT", "GET"], oid: str, size: int) -> str:
        """Return the path and query of a signed address, to be put after the storage origin."""
        return self._sign(Grant(verb, oid, size, self._now() + self.lifetime))

    def sign_parts(self, oid: str, size: int) -> tuple[str, dict[int, str]]:
        """Return where to join an upload in parts, and where to send each part, by number."""
        parts, expires = Parts(self.chunk), self._now() + self.lifetime
        count = -(-size // self.chunk)
        addresses = {
            number: self._sign(
                Grant("PUT", oid, self._part_size(size, number), expires, parts, number)
            )
            for number in range(1, count + 1)
        }
        return self._sign(Grant("POST", oid, size, expires, parts)), addresses

    def _part_size(self, size: int, number: int) -> int:
        return min(self.chunk, size - (number - 1) * self.chunk)

    def _sign(self, grant: Grant) -> str:
        signature = secrets.token_hex(16)
        self._grants[signature] = grant
        part = f"partNumber={grant.number}&" if grant.number else ""
        address = f"/{grant.oid[:2]}/{grant.oid}?{part}X-Amz-Expires={self.lifetime}"
        return f"{address}&X-Amz-Signature={signature}"

    def grant(self, signature: str) -> Grant | None:
        """Return the valid grant with that signature."""
        grant = self._grants.get(signature)
        return grant if grant and grant.expires > self._now() else None

    def revoke_grants(self) -> None:
        """Let every signed address expire at once."""
        self._grants.clear()
