"""Request quotas: fixed windows of five minutes, per token and per class of request."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Literal

from spaces_tui.localhub.accounts import Token

RequestClass = Literal["api", "resolvers", "pages"]
WINDOW: Final = 300

_QUOTAS: Final[dict[str, dict[RequestClass, int]]] = {
    "anonymous": {"api": 500, "resolvers": 3_000, "pages": 100},
    "free": {"api": 1_000, "resolvers": 5_000, "pages": 200},
    "pro": {"api": 2_500, "resolvers": 12_000, "pages": 400},
}


def class_of(path: str) -> RequestClass:
    """Return the class a request path is counted in."""
    if path.startswith("/api/"):
        return "api"
    return "resolvers" if "/resolve/" in path or "/raw/" in path else "pages"


@dataclass
class _Window:
    ends: float
    used: int = 0


@dataclass(frozen=True)
class Verdict:
    """What the counters say about one request."""

    kind: RequestClass
    quota: int
    remaining: int
    reset: int
    """Seconds to the end of the window."""
    exceeded: bool

    def headers(self) -> dict[str, str]:
        """Return the two headers the Hub puts on every response."""
        return {
            "RateLimit": f'"{self.kind}";r={self.remaining};t={self.reset}',
            "RateLimit-Policy": f'"fixed window";"{self.kind}";q={self.quota};w={WINDOW}',
        }


class RateLimiter:
    """Counters of every caller. `quota` overrides the plan's figure when set (tests)."""

    def __init__(self, monotonic: Callable[[], float]) -> None:
        self._monotonic = monotonic
        self.quota: int | None = None
        self._windows: dict[tuple[str, RequestClass], _Window] = {}

    def count(self, token: Token | None, kind: RequestClass) -> Verdict:
        """Count one request and say whether it is allowed."""
        now = self._monotonic()
        quota = self._quota(token, kind)
        window = self._window(token, kind, now)
        exceeded = window.used >= quota
        window.used = min(quota, window.used + 1)
        reset = max(1, round(window.ends - now))
        return Verdict(kind, quota, quota - window.used, reset, exceeded)

    def exhaust(self, token: Token | None, kind: RequestClass, seconds: float) -> None:
        """Use up the present window; it ends after `seconds`."""
        window = self._window(token, kind, self._monotonic())
        window.used = self._quota(token, kind)
        window.ends = self._monotonic() + seconds

    def reset(self) -> None:
        """Begin fresh windows for everybody and return to the plans' quotas."""
        self._windows.clear()
        self.quota = None

    def _quota(self, token: Token | None, kind: RequestClass) -> int:
        if self.quota is not None:
            return self.quota
        if token is None:
            return _QUOTAS["anonymous"][kind]
        return _QUOTAS["pro" if token.person.is_pro else "free"][kind]

    def _window(self, token: Token | None, kind: RequestClass, now: float) -> _Window:
        key = (token.value if token else "", kind)
        window = self._windows.get(key)
        if window is None or window.ends <= now:
            window = self._windows[key] = _Window(now + WINDOW)
        return window
