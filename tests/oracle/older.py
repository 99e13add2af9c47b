"""An older release of the official client, in a process of its own.

Two releases cannot live in one environment, so the older one is in a folder beside it:
`older` in the environment (`sys.prefix`), or what the variable `OLDER_HUB_CLIENT` says.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

FOLDER = Path(os.environ.get("OLDER_HUB_CLIENT") or Path(sys.prefix) / "older")
INSTALLED = (FOLDER / "huggingface_hub").is_dir()
HOW_TO = (
    f"no older official client in {FOLDER}; "
    f"get it with: pip install --target {FOLDER} 'huggingface_hub<1'"
)
_DRIVER = Path(__file__).with_name("older_driver.py")


class Refused(Exception):  # noqa: N818 - the older client's own names are in `kind`
    """What the older client raised."""

    def __init__(self, kind: str, status: int | None, message: str) -> None:
        super().__init__(f"{kind} {status}: {message}")
        self.kind = kind
        self.status = status


class OlderProcess:
    """The running driver for one Hub; close it in the end.

    The older client knows addresses of one Hub only, the one `HF_ENDPOINT` names at its start.
    """

    def __init__(self, endpoint: str) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-P", _DRIVER],
            env=os.environ | {"PYTHONPATH": str(FOLDER), "HF_ENDPOINT": endpoint},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.version: str = self._answer()["version"]

    def close(self) -> None:
        """Let it end."""
        self._process.communicate()

    def ask(self, question: dict[str, object]) -> dict[str, Any]:
        """Return the answer to one question."""
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(question) + "\n")
        self._process.stdin.flush()
        return self._answer()

    def _answer(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        assert line, "the older client's process ended"
        answer: dict[str, Any] = json.loads(line)
        return answer


class OlderClient:
    """`HfApi` of the older release, as somebody."""

    def __init__(self, process: OlderProcess, token: str) -> None:
        self._process = process
        self._token = token

    def __call__(self, call: str, **arguments: object) -> Any:
        """Make a call by name; return its result as plain values.

        Raises:
            Refused: the client raised.
        """
        answer = self._process.ask({"token": self._token, "call": call, "arguments": arguments})
        if "error" in answer:
            raise Refused(answer["error"], answer["status"], answer["message"])
        return answer["result"]
