"""The log file: for its owner alone, and without tokens whatever is given to it."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

from spaces_tui import __version__
from spaces_tui.logs import open_log
from spaces_tui.model.identity import Secret

TOKEN = "planted-without-any-shape"


@pytest.fixture(autouse=True)
def ours_again() -> Iterator[logging.Logger]:
    """Put the logger of everything of ours back as it was."""
    ours = logging.getLogger("spaces_tui")
    before = (ours.level, ours.propagate, list(ours.handlers))
    yield ours
    for handler in [one for one in ours.handlers if one not in before[2]]:
        ours.removeHandler(handler)
        handler.close()
    ours.setLevel(before[0])
    ours.propagate = before[1]


def test_an_entry_is_masked_whole_with_its_traceback(tmp_path: Path) -> None:
    secret = Secret(TOKEN)
    path = tmp_path / "log"
    open_log(str(path), "debug")
    log = logging.getLogger("spaces_tui.somewhere")
    log.debug("asked with %s", secret.reveal())
    try:
        raise ValueError(f"no access with {secret.reveal()}")
    except ValueError:
        log.exception("it failed")
    text = path.read_text()
    assert f"INFO spaces_tui spaces-tui {__version__}, Python " in text
    assert "DEBUG spaces_tui.somewhere asked with •••" in text
    assert "ValueError: no access with •••" in text
    assert TOKEN not in text
    assert path.stat().st_mode & 0o777 == 0o600


def test_only_what_is_wanted_is_written(tmp_path: Path) -> None:
    path = tmp_path / "log"
    open_log(str(path), "warning")
    logging.getLogger("spaces_tui.somewhere").info("all is well")
    assert path.read_text() == ""
