"""A Space is deleted in a real terminal, and is gone from the Hub."""

from __future__ import annotations

from pathlib import Path
from urllib.error import HTTPError

import pytest

from tests.e2e.conftest import SPACE
from tests.e2e.programs import HubProcess, console

pytestmark = pytest.mark.e2e


def test_a_space_is_deleted_by_its_typed_name_alone(hub: HubProcess, home: Path) -> None:
    hub.ask("create", space="ada/keep")
    with console(SPACE, home=home, given=hub.variables()) as terminal:
        terminal.expect("q quit")
        terminal.expect("Running")
        terminal.press("D")
        terminal.expect("There is no way back.")
        terminal.press("enter")
        terminal.expect("nothing was sent")
        assert not hub.received("DELETE", "/repos/delete")
        terminal.type(SPACE)
        terminal.press("enter")
        terminal.expect("delete — done.")
        terminal.expect("1 Space ")
        terminal.press("q")
        assert terminal.wait_exit() == 0
        assert terminal.restored
    assert len(hub.received("DELETE", "/repos/delete")) == 1
    assert hub.ask("secret_values", space="ada/keep") == {}
    with pytest.raises(HTTPError):
        hub.ask("secret_values", space=SPACE)
