"""Tokens are planted, the program does what it does, and then they are searched for everywhere.

In every byte that reaches the terminal or a pipe, in every file below the home folder, in what
other programs are started with, in what is sent to anybody but the Hub. The one place they may be
in is the one that their owner chose.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from tests.accounts.secretservice import SecretService, need_secret_service
from tests.e2e.conftest import SPACE
from tests.e2e.elsewhere import Elsewhere
from tests.e2e.planted import Planted
from tests.e2e.programs import PROGRAM, HubProcess, Watch, environment, wait_until
from tests.e2e.terminal import Terminal
from tests.patience import PATIENCE

pytestmark = pytest.mark.e2e

NOSY = """#!/bin/sh
tr '\\0' '\\n' < /proc/self/environ > "$HOME/{name}.environ"
tr '\\0' '\\n' < /proc/$PPID/cmdline > "$HOME/{name}.parent"
echo "$0 $@" > "$HOME/{name}.arguments"
"""
"""A program that writes down what it is started with, and by whom."""

CRASHING = """
import os
import sys
from spaces_tui.cli import main
from spaces_tui.ui.commands import Commands

def broken(self):
    token = os.environ["HF_TOKEN"]
    try:
        raise OSError(f"refused: {token}")
    except OSError as error:
        raise RuntimeError(f"no access with {token}&Authorization=Bearer%20{token}") from error

Commands.help = broken
sys.exit(main())
"""
"""The console, with an action that ends in an error nobody expected, and tells the token."""


@pytest.fixture
def keyring(home: Path) -> Iterator[Mapping[str, str]]:
    """Serve a real keyring; return the variables that lead to it."""
    need_secret_service()
    with SecretService(home / "keyring") as running:
        yield running.variables


class Runs:
    """Programs of one home folder, and all that they said."""

    def __init__(self, env: Mapping[str, str]) -> None:
        self.env = dict(env)
        self.said = bytearray()

    def run(
        self, *arguments: str, given: str = "", **variables: str
    ) -> subprocess.CompletedProcess[bytes]:
        """Run the program to its end with `given` on standard input."""
        done = subprocess.run(
            [*PROGRAM, *arguments],
            input=given.encode(),
            capture_output=True,
            env=self.env | variables,
            timeout=PATIENCE,
            check=False,
        )
        self.said += done.stdout + done.stderr
        return done

    def hear(self, terminal: Terminal) -> None:
        """Keep what a program wrote to its terminal."""
        self.said += terminal.output


def strangers_to(requests: Sequence[Mapping[str, Any]]) -> list[str]:
    """Return the requests to storage that brought a token along."""
    return [
        f"{one['method']} {one['path']}"
        for one in requests
        if one["origin"] == "storage" and "authorization" in one["headers"]
    ]


def test_signing_in_and_out_leaves_no_trace(
    hub: HubProcess, home: Path, keyring: Mapping[str, str]
) -> None:
    ada, bob = hub.token(), hub.token("bob")
    gone = hub.ask("issue_token", name="ada")
    planted = Planted(ada, bob, gone)
    log = ("--log-level", "debug", "--log-file", str(home / "log"))
    runs = Runs(environment(home, HF_ENDPOINT=hub.url, **keyring))
    with Terminal([*PROGRAM, "login", *log], env=runs.env) as terminal:
        terminal.expect("Paste a token")
        terminal.type(f"\x1b[200~{ada}\r\n\x1b[201~\r")
        terminal.expect("Signed in as ada.")
        assert terminal.wait_exit() == 0
        runs.hear(terminal)
    assert runs.run("login", *log, given=bob).returncode == 0
    assert runs.run("login", *log, given=f"hf_{ada}").returncode == 4
    assert runs.run("accounts", *log).returncode == 0
    assert runs.run("whoami", *log, HF_TOKEN=gone + "x").returncode == 4
    assert runs.run("logout", *log, "--all").returncode == 0
    said = runs.said.decode()
    assert "bob: restart" in said
    assert "removed from the system's keyring" in said
    assert planted.traces_in(runs.said) == []
    assert planted.files_below(home) == []
    assert "Authorization: Bearer •••" in (home / "log").read_text()


def test_what_is_sent_and_watched_leaves_no_trace(
    hub: HubProcess, home: Path, folder: Path
) -> None:
    kept, revoked = hub.token(), hub.ask("issue_token", name="ada")
    planted = Planted(kept, revoked)
    log = ("--log-level", "debug", "--log-file", str(home / "log"))
    runs = Runs(environment(home, HF_ENDPOINT=hub.url))
    assert runs.run("login", "--in-file", given=kept).returncode == 0
    (folder / "model.safetensors").write_bytes(b"\0" + os.urandom(5_000))
    with (
        Elsewhere() as other,
        Watch([str(folder), SPACE, "--json", "--yes", "--no-follow", *log], runs.env) as watch,
    ):
        first = watch.until("commit")
        assert first["uploaded"] == ["app.py", "model.safetensors"]
        watch.until("state", state="in-sync")
        hub.ask("name_origin", origin=other.url)
        (folder / "model.safetensors").write_bytes(b"\0" + os.urandom(5_000))
        watch.until("commit", parent=first["oid"])
        elsewhere = {"Location": f"{other.url}/api/spaces/{SPACE}"}
        hub.ask("fault", path="/commit/", method="POST", status=307, headers=elsewhere)
        (folder / "app.py").write_text("print('second')\n")
        told = watch.until("error")
        assert "foreign address" in told["message"], told
        watch.say("stop")
        watch.wait()
        runs.said += (watch.transcript() + watch.complaint()).encode()
        assert planted.traces_in(b"".join(other.heard)) == []
        assert b"authorization" not in b"".join(other.heard).lower()
    requests = hub.ask("requests")
    assert [one for one in requests if (one["method"], one["origin"]) == ("PUT", "storage")]
    assert strangers_to(requests) == []
    (file,) = planted.files_below(home)
    assert file.stat().st_mode & 0o777 == 0o600
    assert planted.traces_in(runs.said) == []


def nosy(folder: Path, name: str) -> Path:
    """Make a program that writes down what it is started with."""
    program = folder / name
    program.write_text(NOSY.replace("{name}", name))
    program.chmod(0o755)
    return program


def post(hub: HubProcess, path: str, body: object) -> None:
    """Ask for a change as ada."""
    request = urllib.request.Request(
        f"{hub.url}{path}",
        data=json.dumps(body).encode(),
        headers={"Authorization": f"Bearer {hub.token()}", "Content-Type": "application/json"},
    )
    urllib.request.urlopen(request, timeout=PATIENCE).close()


def test_other_programs_and_other_servers_get_no_token(
    hub: HubProcess, home: Path, tmp_path: Path
) -> None:
    kept, given = hub.token(), hub.ask("issue_token", name="ada")
    planted = Planted(kept, given)
    runs = Runs(environment(home, HF_ENDPOINT=hub.url, HF_TOKEN=given))
    assert runs.run("login", "--in-file", given=kept).returncode == 0
    hub.ask("commit", space=SPACE, files={"app.py": "print('first')\n"})
    post(hub, f"/api/spaces/{SPACE}/dev-mode", {"enabled": True})
    hub.ask("set_stage", space=SPACE, stage="RUNNING")
    programs = tmp_path / "programs"
    programs.mkdir()
    nosy(programs, "ssh")
    runs.env |= {
        "EDITOR": str(nosy(programs, "editor")),
        "PATH": f"{programs}:{runs.env['PATH']}",
    }
    log = ("--log-level", "debug", "--log-file", str(home / "log"))
    with (
        Elsewhere(b"from elsewhere") as other,
        Terminal([*PROGRAM, SPACE, *log], env=runs.env, size=(100, 30)) as terminal,
    ):
        terminal.expect("q quit")
        terminal.expect("Running")
        terminal.press("S")
        wait_until((home / "ssh.arguments").exists, "ssh")
        terminal.expect("q quit")
        leads_there = {"Location": f"{other.url}/app.py"}
        hub.ask("fault", path="/resolve/", count=None, status=302, headers=leads_there)
        terminal.press("4")
        terminal.expect("app.py")
        terminal.press("j", "j", "j", "enter")
        terminal.expect("1 from elsewhere")
        terminal.press("ctrl+e")
        wait_until((home / "editor.arguments").exists, "an editor")
        terminal.expect("ctrl+e edit")
        hub.ask("clear_faults")
        hub.ask("fault", path="/api/spaces", count=None, status=302, headers=leads_there)
        terminal.press("esc")
        terminal.expect("q quit")
        terminal.press("ctrl+r")
        terminal.expect("foreign address")
        terminal.press("q")
        assert terminal.wait_exit() == 0
        runs.hear(terminal)
        assert len(other.heard) == 1
        assert planted.traces_in(other.heard[0]) == []
    assert (home / "editor.parent").read_text().split()[-1] == str(home / "log")
    assert "HOME=" in (home / "ssh.environ").read_text()
    (file,) = planted.files_below(home)
    assert file.name == "tokens.json"
    assert planted.traces_in(runs.said) == []


def test_a_crash_leaves_no_trace(hub: HubProcess, home: Path) -> None:
    token = hub.token()
    planted = Planted(token)
    runs = Runs(environment(home, **hub.variables()))
    log = ("--log-level", "debug", "--log-file", str(home / "log"))
    with Terminal([sys.executable, "-c", CRASHING, SPACE, *log], env=runs.env) as terminal:
        terminal.expect("q quit")
        terminal.expect("Running")
        terminal.press("?")
        assert terminal.wait_exit() == 1
        assert terminal.restored
        runs.hear(terminal)
    (report,) = (home / "state" / "spaces-tui" / "crashes").iterdir()
    assert "RuntimeError: no access with •••&Authorization=Bearer%20•••" in report.read_text()
    assert planted.traces_in(runs.said) == []
    assert planted.files_below(home) == []
