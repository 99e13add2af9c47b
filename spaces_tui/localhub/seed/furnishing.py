"""Secrets, variables and volumes of the demonstration's Spaces. No value is a real secret."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from spaces_tui.localhub.environment import Setting
from spaces_tui.localhub.space import Space

DAY: Final = 86_400


@dataclass(frozen=True)
class Furnishing:
    """What one Space has: names with descriptions or values, and what is mounted."""

    secrets: Mapping[str, str] = field(default_factory=dict)
    variables: Mapping[str, str] = field(default_factory=dict)
    volumes: tuple[Mapping[str, Any], ...] = ()
    storage: str | None = None
    """A tier of the former persistent storage."""


FURNISHINGS: Final = {
    "ada/whisper-live": Furnishing(
        secrets={"HF_TOKEN": "reads the gated voices"},
        variables={"MODEL_ID": "openai/whisper-large-v3", "MAX_SECONDS": "90"},
        volumes=(
            {
                "type": "bucket",
                "source": "ada/recordings",
                "mountPath": "/data",
                "readOnly": False,
            },
        ),
    ),
    "ada/rag-demo": Furnishing(
        secrets={"OPENAI_API_KEY": "for the answers", "INDEX_KEY": ""},
        variables={"TOP_K": "6"},
    ),
    "acme/doc-search": Furnishing(
        secrets={"DATABASE_URL": ""},
        variables={"LOG_LEVEL": "info"},
        volumes=(
            {
                "type": "dataset",
                "source": "acme/handbook",
                "mountPath": "/corpus",
                "revision": "main",
                "readOnly": True,
            },
        ),
    ),
    # The collision its error message tells of: it ends when one of the two is deleted.
    "acme/config-lab": Furnishing(secrets={"API_KEY": ""}, variables={"API_KEY": "public"}),
    "ada/old-chat": Furnishing(storage="small"),
    "northwind/forecast": Furnishing(
        variables={"REGION": "nordics", "HORIZON_DAYS": "14"},
        # Of somebody else: whoever looks sees that something is mounted, and not what.
        volumes=(
            {
                "type": "bucket",
                "source": "globex/weather",
                "mountPath": "/weather",
                "readOnly": True,
            },
        ),
    ),
}


def furnish(space: Space, now: float) -> None:
    """Give a Space what it has in the demonstration, set some days ago."""
    given = FURNISHINGS.get(space.id)
    if given is None:
        return
    for number, (key, about) in enumerate(given.secrets.items()):
        space.secrets[key] = Setting("not-a-real-secret", now - (9 - number) * DAY, about or None)
    for number, (key, value) in enumerate(given.variables.items()):
        space.variables[key] = Setting(value, now - (5 - number) * DAY)
    space.runtime.volumes = [dict(volume) for volume in given.volumes]
    space.runtime.storage = given.storage
