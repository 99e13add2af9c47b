"""What is kept of a log goes into a file of a person's choice, without a token in it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from spaces_tui.localhub.thread import LocalHub
from spaces_tui.model.log_stream import LogStream
from spaces_tui.session.facade import CommandError
from spaces_tui.session.requests.logs import SaveLog
from spaces_tui.session.snapshot import Link
from tests.session.conftest import DEADLINE, Running

SPACE = "ada/whisper-live"


def test_every_line_with_its_time_and_never_over_another_file(
    demo: Running, demo_hub: LocalHub, tmp_path: Path
) -> None:
    planted = "hf_" + "q" * 34
    demo.until(lambda s: s.connection.link is Link.LIVE)
    demo.session.attend(SPACE, logs=frozenset({LogStream.RUN}))
    demo_hub.wait_requests(f"{SPACE}/logs/run")
    demo_hub.write_log(SPACE, f"with {planted} it begins\n")
    demo_hub.write_log(SPACE, "the last line\n")
    ring = demo.session.log(SPACE, LogStream.RUN)
    demo.until(lambda _: any(one.text == "the last line" for one in ring.lines(0, ring.end)))
    path = tmp_path / "a.log"
    saved = demo.session.ask(SaveLog(SPACE, LogStream.RUN, str(path))).result(DEADLINE)
    lines = path.read_text().splitlines()
    assert (saved.path, saved.lines) == (str(path), len(lines))
    texts = [re.sub(r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z ", "", line) for line in lines]
    assert "with ••• it begins" in texts
    assert "the last line" in texts
    assert planted not in path.read_text()
    assert path.stat().st_mode & 0o077 == 0
    with pytest.raises(CommandError, match="nothing is overwritten"):
        demo.session.ask(SaveLog(SPACE, LogStream.RUN, str(path))).result(DEADLINE)
    assert path.read_text().splitlines() == lines
    nowhere = str(tmp_path / "no" / "a.log")
    with pytest.raises(CommandError, match="could not be written"):
        demo.session.ask(SaveLog(SPACE, LogStream.RUN, nowhere)).result(DEADLINE)


def test_what_was_never_looked_at_makes_no_file(demo: Running, tmp_path: Path) -> None:
    demo.until(lambda s: s.connection.link is Link.LIVE)
    path = tmp_path / "a.log"
    with pytest.raises(CommandError, match="no file was written"):
        demo.session.ask(SaveLog("acme/trainer", LogStream.BUILD, str(path))).result(DEADLINE)
    assert not path.exists()
