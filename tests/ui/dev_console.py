"""Run the console on the fake session, to look at it: `python -m tests.ui.dev_console`."""

from __future__ import annotations

import sys
from dataclasses import replace

from spaces_tui.model.log_stream import LogStream
from spaces_tui.ui.run import run_console
from tests.ui.fake_session import FakeSession, detail, live_snapshot, log_lines


def main() -> int:
    """Show a lively console."""
    session = FakeSession(replace(live_snapshot(), detail=detail("ada/whisper-live")))
    session.log("ada/whisper-live", LogStream.RUN).extend(log_lines(400))
    theme = sys.argv[1] if len(sys.argv) > 1 else None
    return run_console(session, theme=theme)


if __name__ == "__main__":
    sys.exit(main())
