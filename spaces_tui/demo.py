"""The embedded local Hub of `--demo`: a process of its own that ends with us.

A process, so that serving the demo never takes time from the screen. It holds a pipe to us and
ends when the pipe does, however we end.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from contextlib import suppress
from typing import Final

from spaces_tui.model.identity import Secret
from spaces_tui.model.tokens import without_tokens
from spaces_tui.session.config import Origin

_END: Final = 2.0


class DemoHub:
    """Starts the local Hub with the demo's Spaces, and ends it."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None

    def connect(self) -> Origin:
        """Start the Hub and wait until it accepts connections.

        Raises:
            OSError: it did not start; the message is one sentence.
        """
        command = [sys.executable, "-m", "spaces_tui", "hub", "--seed", "demo", "--with-parent"]
        process = subprocess.Popen(  # noqa: S603  (our own program, no word from outside)
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            env=without_tokens(os.environ),
        )
        self._process = process
        assert process.stdout is not None
        try:
            greeting = json.loads(process.stdout.readline())
            account = greeting["accounts"][0]
            return Origin.of_token(greeting["url"], Secret(account["token"]), "the demo")
        except (ValueError, KeyError, IndexError) as error:
            raise OSError(
                "The demo's local Hub did not start: try “spaces-tui hub” to see why."
            ) from error

    def close(self) -> None:
        """End the Hub."""
        process = self._process
        if process is None:
            return
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                with suppress(OSError):
                    pipe.close()
        process.terminate()
        with suppress(subprocess.TimeoutExpired):
            process.wait(_END)
            return
        process.kill()
        process.wait()
