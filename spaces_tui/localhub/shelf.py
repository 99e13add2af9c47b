"""Models, datasets and buckets of the accounts, as far as lists tell of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Shelved:
    """One of them. `created` is Unix seconds, `size` bytes."""

    kind: str
    """`model`, `dataset` or `bucket`."""
    id: str
    private: bool = False
    created: float = 1_767_225_600.0
    size: int = 0
    files: int = 0

    @property
    def namespace(self) -> str:
        """Who owns it."""
        return self.id.partition("/")[0]


SHELF: Final = (
    Shelved("bucket", "ada/recordings", True, size=4_812_331_008, files=912),
    Shelved("bucket", "ada/scratch", True, size=73_400_320, files=18),
    Shelved("bucket", "acme/checkpoints", True, size=91_268_055_040, files=240),
    Shelved("bucket", "acme/exports", size=1_048_576, files=3),
    Shelved("model", "ada/whisper-tuned"),
    Shelved("model", "ada/tiny-llm", True),
    Shelved("model", "acme/reranker"),
    Shelved("model", "acme/judge", True),
    Shelved("dataset", "ada/interviews", True),
    Shelved("dataset", "ada/phonemes"),
    Shelved("dataset", "acme/handbook", True),
    Shelved("dataset", "acme/tickets", True),
)
"""What every server has."""
