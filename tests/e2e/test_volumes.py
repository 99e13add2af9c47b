"""Volumes and storage in a real terminal, against what the Hub has in the end."""

from __future__ import annotations

import json
import urllib.request
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.conftest import SPACE
from tests.e2e.programs import HubProcess, console
from tests.patience import PATIENCE

pytestmark = pytest.mark.e2e

THEIRS = {"type": "dataset", "source": "acme/handbook", "mountPath": "/corpus"}


def asked(hub: HubProcess, method: str, call: str, body: object = None) -> dict[str, Any]:
    """Ask the Hub as somebody else with the same rights would."""
    request = urllib.request.Request(
        f"{hub.url}/api/spaces/{SPACE}/{call}",
        data=None if body is None else json.dumps(body).encode(),
        headers={
            "Authorization": f"Bearer {hub.token()}",
            "Content-Type": "application/json",
        },
        method=method,
    )
    with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
        found: dict[str, Any] = json.load(answer)
    return found


def mounted(hub: HubProcess) -> dict[str, str]:
    """Return what is mounted where."""
    volumes = asked(hub, "GET", "runtime").get("volumes", [])
    return {one["mountPath"]: one["source"] for one in volumes}


def test_a_bucket_is_mounted_beside_what_somebody_else_mounted_meanwhile(
    hub: HubProcess, home: Path
) -> None:
    with console(SPACE, home=home, given=hub.variables()) as terminal:
        terminal.expect("q quit")
        terminal.expect("Running")
        terminal.press("v")
        terminal.expect("Volumes · 0")
        terminal.press("n")
        terminal.expect("ada/scratch")
        terminal.type("scr")
        terminal.expect_gone("ada/recordings")
        terminal.press("enter")
        terminal.expect("/data")
        terminal.press("ctrl+s")
        terminal.expect("1 staged")
        asked(hub, "PUT", "volumes", {"volumes": [THEIRS]})
        terminal.press("ctrl+s")
        terminal.expect("mount bucket ada/scratch at /data, read and write")
        terminal.press("y")
        terminal.expect("Somebody else changed the volumes")
        terminal.expect("acme/handbook")
        assert mounted(hub) == {"/corpus": "acme/handbook"}
        hub.ask("fault", path="/volumes", method="PUT", status=500, count=1)
        terminal.press("ctrl+s")
        terminal.expect("Restarts the Space once")
        terminal.press("y")
        terminal.expect("It may have been done all the same")
        terminal.expect("1 staged")
        terminal.press("ctrl+s")
        terminal.expect("Restarts the Space once")
        terminal.press("y")
        terminal.expect("— done.")
        assert mounted(hub) == {"/corpus": "acme/handbook", "/data": "ada/scratch"}
        terminal.press("q")
        assert terminal.wait_exit() == 0
        assert terminal.restored


def test_storage_is_bought_and_deleted_with_deliberate_keys(hub: HubProcess, home: Path) -> None:
    with console(SPACE, home=home, given=hub.variables()) as terminal:
        terminal.expect("q quit")
        terminal.expect("Running")
        terminal.press("v")
        terminal.expect("Storage tier · none")
        terminal.press("t")
        terminal.expect("$25/month")
        terminal.press("down", "enter")
        terminal.expect("1 staged")
        terminal.press("ctrl+s")
        terminal.expect("for $25/month")
        terminal.press("y")
        terminal.expect("— done.")
        assert asked(hub, "GET", "runtime")["storage"] == "medium"
        terminal.press("v")
        terminal.expect("Storage tier · medium")
        terminal.press("t", "end")
        terminal.expect("Deleting the storage: all data is lost.")
        terminal.press("enter")
        terminal.expect("1 staged")
        terminal.press("ctrl+s")
        terminal.expect(f"Type {SPACE}")
        terminal.press("enter")
        terminal.expect("nothing was sent")
        assert asked(hub, "GET", "runtime")["storage"] == "medium"
        terminal.type(SPACE)
        terminal.press("enter")
        terminal.expect("delete the storage — done.")
        assert asked(hub, "GET", "runtime")["storage"] is None
        terminal.press("q")
        assert terminal.wait_exit() == 0
