"""Large files: the stored bytes, and the signed addresses under which they travel."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Literal

LIFETIME: Final = 3600
"""Seconds a signed address is valid."""


@dataclass(frozen=True)
class Grant:
    """Permission to PUT or GET one object."""

    verb: Literal["PUT", "GET"]
    oid: str
    size: int
    expires: float
    """Unix seconds."""


class LfsStore:
    """Objects by SHA-256, and the grants given out."""

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self.objects: dict[str, bytes] = {}
        self._grants: dict[str, Grant] = {}

    def put(self, data: bytes) -> str:
        """Store bytes directly and return their SHA-256."""
        oid = hashlib.sha256(data).hexdigest()
        self.objects[oid] = data
        return oid

    def sign(self, verb: Literal["PUT", "GET"], oid: str, size: int) -> str:
        """Return the path and query of a signed address, to be put after the storage origin."""
        signature = secrets.token_hex(16)
        self._grants[signature] = Grant(verb, oid, size, self._now() + LIFETIME)
        return f"/{oid[:2]}/{oid}?X-Amz-Expires={LIFETIME}&X-Amz-Signature={signature}"

    def grant(self, signature: str) -> Grant | None:
        """Return the valid grant with that signature."""
        grant = self._grants.get(signature)
        return grant if grant and grant.expires > self._now() else None

    def revoke_grants(self) -> None:
        """Let every signed address expire at once."""
        self._grants.clear()
