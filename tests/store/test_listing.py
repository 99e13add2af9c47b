"""The list of the last run: comes back whole, or not at all."""

import json
import stat
from datetime import UTC, datetime
from pathlib import Path

import pytest

from spaces_tui.model.space import Domain, Runtime, Space
from spaces_tui.model.stage import Stage
from spaces_tui.store.listing import Listing, read_listing, write_listing

HUB = "https://hub.example"
LISTING = Listing(
    as_of=datetime(2026, 5, 4, 10, 11, 12, tzinfo=UTC),
    owners=("ada", "acme"),
    spaces=(
        Space(
            "ada/x",
            uid="1",
            private=True,
            sdk="gradio",
            tags=("gradio",),
            runtime=Runtime(
                Stage("RUNNING"),
                "t4-small",
                "t4-small",
                3600,
                1,
                1,
                domains=(Domain("d", "READY"),),
            ),
        ),
        Space("acme/y"),
    ),
)


def test_it_comes_back_whole(tmp_path: Path) -> None:
    write_listing(tmp_path / "cache", HUB, LISTING)
    assert read_listing(tmp_path / "cache", HUB) == LISTING


def test_another_hub_has_its_own(tmp_path: Path) -> None:
    write_listing(tmp_path / "cache", HUB, LISTING)
    assert read_listing(tmp_path / "cache", "https://other.example") is None


def test_its_owner_alone_may_read_it(tmp_path: Path) -> None:
    write_listing(tmp_path / "cache", HUB, LISTING)
    (kept,) = (tmp_path / "cache").iterdir()
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b'{"schema": 99}',
        json.dumps(
            {"schema": 1, "endpoint": HUB, "as_of": "x", "owners": [], "spaces": []}
        ).encode(),
        json.dumps(
            {"schema": 1, "endpoint": HUB, "as_of": 1, "owners": [], "spaces": [{"id": "a/b"}]}
        ).encode(),
    ],
)
def test_what_cannot_be_trusted_counts_as_absent(tmp_path: Path, content: bytes) -> None:
    write_listing(tmp_path / "cache", HUB, LISTING)
    (kept,) = (tmp_path / "cache").iterdir()
    kept.write_bytes(content)
    assert read_listing(tmp_path / "cache", HUB) is None
