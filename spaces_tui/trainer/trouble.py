"""What the official client raises, whichever HTTP library is under it."""

from __future__ import annotations

from typing import Final

from huggingface_hub.errors import HfHubHTTPError

TROUBLE: Final[tuple[type[BaseException], ...]] = (
    *(base for base in HfHubHTTPError.__mro__ if base.__name__ == "HTTPError"),
    OSError,
)
"""Answers that refuse, and no answer: both come from the library's own `HTTPError` or `OSError`."""
LOCAL_TOO: Final[tuple[type[BaseException], ...]] = (*TROUBLE, ValueError)
"""These, and what the client says itself about a name or a file."""
PASSING: Final = frozenset({408, 412, 425, 429, 500, 502, 503, 504})
"""Answers after which it is worth asking again; 412: somebody else committed meanwhile."""


def passing(error: BaseException) -> bool:
    """Whether it is worth asking again: no answer came, or one that says nothing for good."""
    answer = getattr(error, "response", None)
    return answer is None or answer.status_code in PASSING
