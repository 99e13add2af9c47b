"""Runs the `hf` command again and again, without the second it takes to load it each time.

Each line in is one JSON object: `{"arguments": ["spaces", "ls"], "given": "text" or null}`; each
line out is `{"status": 0, "said": …, "complaint": …}`. Every run is a process of its own, forked
from this one, which has the command's code loaded and nothing more.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
from typing import IO

import huggingface_hub.hf_api  # noqa: F401 - most commands would load it, each time anew
from huggingface_hub.cli.hf import main as hf


def main() -> None:
    """Answer until the end of the input."""
    for line in sys.stdin:
        order = json.loads(line)
        print(json.dumps(run(order["arguments"], order["given"])), flush=True)


def run(arguments: list[str], given: str | None) -> dict[str, object]:
    """Run the command once; return how it ended and what it wrote."""
    with (
        tempfile.TemporaryFile() as question,
        tempfile.TemporaryFile() as answer,
        tempfile.TemporaryFile() as complaint,
    ):
        question.write((given or "").encode())
        question.seek(0)
        child = os.fork()
        if not child:
            _become([question, answer, complaint], arguments)
        _, status = os.waitpid(child, 0)
        return {
            "status": os.waitstatus_to_exitcode(status),
            "said": _content(answer),
            "complaint": _content(complaint),
        }


def _become(files: list[IO[bytes]], arguments: list[str]) -> None:
    for descriptor, file in enumerate(files):
        os.dup2(file.fileno(), descriptor)
    sys.stdin = open(0, closefd=False)  # noqa: SIM115 - what the parent has read is not ours
    sys.argv = ["hf", *arguments]
    status = 0
    try:
        hf()  # type: ignore[no-untyped-call]  # theirs
    except SystemExit as end:
        status = end.code if isinstance(end.code, int) else int(end.code is not None)
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)


def _content(file: IO[bytes]) -> str:
    file.seek(0)
    return file.read().decode()


if __name__ == "__main__":
    main()
