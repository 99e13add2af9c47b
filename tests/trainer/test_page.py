"""The page of the Space, where Gradio is installed."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
import urllib.request

import pytest

from spaces_tui.trainer.page import Shown
from tests.patience import PATIENCE
from tests.trainer.conftest import SPACE, Workshop, new_task


def test_without_its_token_the_page_says_so_and_shows_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("SPACE_ID", SPACE)
    assert Shown().now() == ("The secret HF_TOKEN is not set: the worker can do nothing.", [])


def test_the_page_comes_up_and_starts_the_worker(workshop: Workshop) -> None:
    pytest.importorskip("gradio", reason="only a Space needs Gradio; installing it takes long")
    workshop.submit(new_task("one"))
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = workshop.environment(
        GRADIO_SERVER_PORT=str(port), GRADIO_ANALYTICS_ENABLED="False"
    )
    with workshop.output.open("ab") as output:
        page = subprocess.Popen(
            [sys.executable, "app.py"],
            cwd=workshop.folder,
            env=environment,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    workshop.running.append(page)
    assert workshop.wait("one", lambda task: not task.open).proven
    end = time.monotonic() + PATIENCE
    while True:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/") as answer:
                assert b"Tasks" in answer.read()
                return
        except OSError:
            assert time.monotonic() < end, workshop.said()
            time.sleep(0.1)
