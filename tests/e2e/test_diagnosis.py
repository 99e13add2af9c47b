"""A Space breaks, says why in a real terminal, and leads to what mends it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.e2e.conftest import SPACE
from tests.e2e.programs import HubProcess, console

pytestmark = pytest.mark.e2e

ERROR = """Exit code: 1. Reason: Traceback (most recent call last):
  File "/home/user/app/app.py", line 3, in <module>
    KEY = os.environ["OPENAI_API_KEY"]
          ~~~~~~~~~~^^^^^^^^^^^^^^^^^^
  File "<frozen os>", line 679, in __getitem__
KeyError: 'OPENAI_API_KEY'
"""


def test_the_cause_the_way_to_mend_it_and_a_bundle(
    hub: HubProcess, home: Path, tmp_path: Path
) -> None:
    bundle = tmp_path / "bundle.txt"
    with console(SPACE, home=home, given=hub.variables()) as terminal:
        terminal.expect("q quit")
        terminal.expect("Running")
        hub.ask("set_stage", space=SPACE, stage="RUNTIME_ERROR", error=ERROR)
        terminal.press("enter")
        terminal.expect("OPENAI_API_KEY")
        terminal.press("x")
        terminal.expect("What to do")
        terminal.press("b")
        terminal.expect("nothing is sent anywhere")
        terminal.press("ctrl+u")
        terminal.type(str(bundle))
        terminal.press("enter")
        terminal.expect("Read it before you send it")
        terminal.press("1")
        terminal.expect("Secret OPENAI_API_KEY")
        terminal.type("swordfish")
        terminal.press("ctrl+s")
        terminal.expect("1 staged")
        terminal.press("ctrl+s")
        terminal.expect("esc goes back")
        terminal.press("y")
        terminal.expect("done.")
        terminal.press("q")
        assert terminal.wait_exit() == 0
    assert hub.ask("secret_values", space=SPACE) == {"OPENAI_API_KEY": "swordfish"}
    text = bundle.read_text()
    assert "OPENAI_API_KEY" in text
    assert hub.token() not in text
    assert bundle.stat().st_mode & 0o077 == 0
