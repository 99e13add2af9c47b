"""What people may spend and have spent: GPU seconds and money, and tokens for one Space."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
from dataclasses import dataclass, field
from typing import Any, Final

from spaces_tui.localhub.accounts import Person
from spaces_tui.localhub.dates import iso

DAY: Final = 86_400
FREE_SECONDS: Final = 300
PRO_SECONDS: Final = 2400


@dataclass
class GpuQuota:
    """GPU seconds of a day on ZeroGPU. `resets` is None until something was used."""

    base: int
    used: int = 0
    resets: float | None = None
    overquota: int = 0
    runs: int = 0
    most_runs: int = 8
    runs_reset: float | None = None

    def to_json(self, now: float) -> dict[str, Any]:
        """Return the answer of the quota call: `current` is what remains."""
        if self.resets is not None and now >= self.resets:
            self.used, self.runs, self.resets = 0, 0, None
        stamp = iso(self.resets) if self.resets is not None else None
        return {
            "base": self.base,
            "current": max(0, self.base - self.used),
            "resetsAt": stamp,
            "overquotaUsed": self.overquota,
            "runs": {
                "used": self.runs,
                "limit": self.most_runs,
                "remaining": max(0, self.most_runs - self.runs),
                "resetsAt": stamp,
            },
        }

    def use(self, seconds: int, now: float) -> None:
        """Use some seconds in one run."""
        if self.resets is None or now >= self.resets:
            self.used, self.runs, self.resets = 0, 0, now + DAY
        self.used += seconds
        self.runs += 1


def quota_of(person: Person) -> GpuQuota:
    """Return a fresh quota by the person's plan."""
    return GpuQuota(PRO_SECONDS if person.is_pro else FREE_SECONDS)


@dataclass
class Signer:
    """Signs the short-lived tokens for one Space."""

    key: bytes = field(default_factory=lambda: secrets.token_bytes(32), repr=False)

    def sign(self, claims: dict[str, Any]) -> str:
        """Return a JSON web token."""
        head = _part(json.dumps({"alg": "HS256", "typ": "JWT"}).encode())
        body = _part(json.dumps(claims).encode())
        digest = hmac.digest(self.key, f"{head}.{body}".encode(), hashlib.sha256)
        return f"{head}.{body}.{_part(digest)}"


def _part(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")
