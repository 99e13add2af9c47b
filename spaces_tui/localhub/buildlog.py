"""Texts of builds and starts, as the Hub's builders and applications write them.

A file whose text contains one of the markers below makes the deployment fail:

`# local-hub: fail-build`   the image build ends in BUILD_ERROR;
`# local-hub: fail-start`   the container dies at start, RUNTIME_ERROR.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Final, NamedTuple

from spaces_tui.localhub.dates import plain
from spaces_tui.localhub.space import Space
from spaces_tui.localhub.tree import Folder

FAIL_BUILD: Final = "# local-hub: fail-build"
FAIL_START: Final = "# local-hub: fail-start"


class Marked(NamedTuple):
    """Where a marker stands."""

    path: str
    line: int


def find_marker(tree: Folder, marker: str) -> Marked | None:
    """Return the first file and line with a marker."""
    needle = marker.encode()
    for path, blob in tree.files():
        if blob.lfs is None and needle in blob.data:
            return Marked(path, blob.data[: blob.data.index(needle)].count(b"\n") + 1)
    return None


def queued(sha: str, seconds: float) -> str:
    """Return the first line of a build log."""
    return f"===== Build Queued at {plain(seconds)} / Commit SHA: {sha[:7]} =====\n"


def startup(seconds: float) -> str:
    """Return the first line of a run log."""
    return f"===== Application Startup at {plain(seconds)} =====\n"


def build_lines(space: Space, *, cached: bool) -> list[str]:
    """Return the chunks of a successful build; `cached` for a build with nothing new."""
    done = "CACHED\n" if cached else "DONE 0.4s\n"
    base = hashlib.sha256(space.id.encode()).hexdigest()
    requirements = space.head.tree.file("requirements.txt")
    names = (requirements.text or "").split() if requirements else []
    lines = ["\n", f"--> FROM docker.io/library/python:3.10@sha256:{base}\n", "DONE 0.0s\n", "\n"]
    lines += ["--> RUN apt-get update && apt-get install -y git git-lfs ffmpeg\n", done, "\n"]
    lines += ["--> WORKDIR /app\n", "CACHED\n", "\n"]
    lines += ["--> RUN pip install --no-cache-dir -r /tmp/requirements.txt\n"]
    if cached:
        lines += ["CACHED\n", "\n"]
    else:
        lines += [*_pip(names), "DONE 2.9s\n", "\n"]
    lines += ["--> COPY --link --chown=1000 ./ /app\n", "DONE 0.1s\n", "\n"]
    lines += ["--> Pushing image\n", "DONE 1.2s\n", "\n", "--> Exporting cache\n", "DONE 0.3s\n"]
    return lines


def _pip(names: list[str]) -> Iterator[str]:
    for name in names[:12]:
        package = name.partition("=")[0].rstrip("<>~!")
        yield f"Collecting {name}\n"
        yield f"  Downloading {package}-py3-none-any.whl (3.1 MB)\n"
        # One line redrawn with carriage returns, in chunks that do not end in a newline.
        for percent in (20, 60, 100):
            bar = "━" * (percent // 5)
            yield f"\r     {bar:<20} {percent:>3}% • 3.1 MB • 41.2 MB/s"
        yield "\n"
    yield f"Successfully installed {' '.join(names[:12]) or 'nothing'}\n"


def build_failure(where: Marked) -> tuple[list[str], str]:
    """Return the last chunks of a failing build and the Space's error message."""
    lines = [
        "--> RUN pip install --no-cache-dir -r /tmp/requirements.txt\n",
        f"Processing {where.path}\n",
        "  error: subprocess-exited-with-error\n",
        f"ERROR: Failed to build: {where.path}, line {where.line}, asks for it\n",
        "\n",
        '--> ERROR: process "/bin/sh -c pip install --no-cache-dir -r /tmp/requirements.txt" '
        "did not complete successfully: exit code: 1\n",
    ]
    reason = f"ERROR: Failed to build: {where.path}, line {where.line}, asks for it"
    return lines, f"Job failed with exit code: 1. Reason: cache miss: [{reason}]"


def start_lines(space: Space) -> list[str]:
    """Return the chunks of a container start, after the headline and before it is healthy."""
    if space.sdk == "docker":
        return ["\n", "Starting server\n", "Server running on port 7860"]
    return [
        "\n",
        "Loaded examples: “Good morning”, “Guten Morgen” (2 rows)\n",
        "* Running on local URL:  http://0.0.0.0:7860, with SSR ⚡ (experimental, to disable set "
        "`ssr_mode=False` in `launch()`)\n",
        "\n",
        "To create a public link, set `share=True` in `launch()`.",
    ]


def start_failure(where: Marked) -> tuple[list[str], str]:
    """Return the last chunks of a failing start and the Space's error message."""
    lines = [
        "Traceback (most recent call last):\n",
        f'  File "/app/{where.path}", line {where.line}, in <module>\n',
        "    start()\n",
        "RuntimeError: this file asks for a failing start\n",
    ]
    return lines, "Exit code: 1. Reason: " + "".join(lines)
