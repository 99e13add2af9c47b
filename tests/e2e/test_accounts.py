"""Signing in and out with the real program, with a real keyring and without one."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import pytest

from tests.accounts.secretservice import SecretService, need_secret_service
from tests.e2e.programs import PROGRAM, HubProcess, console, environment
from tests.e2e.terminal import Terminal
from tests.patience import PATIENCE

pytestmark = pytest.mark.e2e


@pytest.fixture
def keyring(home: Path) -> Iterator[Mapping[str, str]]:
    """Serve a real keyring; return the variables that lead to it."""
    need_secret_service()
    with SecretService(home / "keyring") as running:
        yield running.variables


def run(
    arguments: Sequence[str], env: Mapping[str, str], given: str = ""
) -> subprocess.CompletedProcess[str]:
    """Run the program to its end with `given` on standard input."""
    return subprocess.run(
        [*PROGRAM, *arguments],
        input=given,
        capture_output=True,
        env=env,
        text=True,
        timeout=PATIENCE,
        check=False,
    )


def holding(folder: Path, text: str) -> list[Path]:
    """Return the files below a folder that hold a text."""
    return [
        file for file in folder.rglob("*") if file.is_file() and text.encode() in file.read_bytes()
    ]


def expect_times(terminal: Terminal, text: str, times: int) -> None:
    """Wait until a text is on so many rows."""
    terminal.wait_for(
        lambda rows: sum(text in row for row in rows) == times, f"{text} {times} times"
    )


def test_from_nothing_to_signed_in_and_out_again_and_the_token_shows_nowhere(
    hub: HubProcess, home: Path, keyring: Mapping[str, str]
) -> None:
    token = hub.token()
    env = environment(home, HF_ENDPOINT=hub.url, **keyring)
    log = ("--log-level", "debug", "--log-file", str(home / "log"))
    with Terminal([*PROGRAM, "login", *log], env=env) as terminal:
        terminal.expect("Paste a token, it stays hidden:")
        terminal.type(f"\x1b[200~  {token} \x1b[201~\r")
        terminal.expect("Signed in as ada.")
        terminal.expect("kept in the system's keyring")
        assert terminal.wait_exit() == 0
        assert token.encode() not in terminal.output
    with console(*log, home=home, given={"HF_ENDPOINT": hub.url, **keyring}) as terminal:
        terminal.expect("lab")
        terminal.expect_gone("Not signed in")
        terminal.press("q")
        assert terminal.wait_exit() == 0
        assert token.encode() not in terminal.output
    asked = run(["whoami", *log], env)
    assert (asked.returncode, asked.stderr) == (0, "")
    assert "write token “laptop-write” · from ada in the keyring" in asked.stdout
    assert "ada: restart, hardware, sleep time, secrets, upload, delete: yes." in asked.stdout
    ended = run(["logout", *log], env)
    assert ended.returncode == 0
    assert "ada: the token is removed from the system's keyring." in ended.stdout
    assert "valid until it is revoked" in ended.stdout
    assert token not in asked.stdout + ended.stdout + ended.stderr
    assert holding(home, token) == []
    after = run(["whoami"], env)
    assert (after.returncode, after.stdout) == (4, "")
    assert "spaces-tui login" in after.stderr


def test_without_a_keyring_a_pasted_token_is_not_lost(hub: HubProcess, home: Path) -> None:
    token = hub.token()
    env = environment(home, HF_ENDPOINT=hub.url)
    piped = run(["login"], env, token)
    assert piped.returncode == 1
    assert "There is no keyring" in piped.stderr
    assert "--in-file" in piped.stderr
    with Terminal([*PROGRAM, "login"], size=(100, 50), env=env) as terminal:
        terminal.expect("Paste a token")
        terminal.type(f"{token}\r")
        terminal.expect("What now?")
        terminal.type("try\r")  # it has the token still
        expect_times(terminal, "What now?", 2)
        terminal.type("file\r")
        terminal.expect("Type yes")
        terminal.type("y\r")
        expect_times(terminal, "What now?", 3)
        terminal.type("file\r")
        expect_times(terminal, "Type yes", 2)
        terminal.type("yes\r")
        terminal.expect("Signed in as ada.")
        assert terminal.wait_exit() == 0
        assert token.encode() not in terminal.output
    (file,) = holding(home, token)
    assert file.stat().st_mode & 0o777 == 0o600
    assert "from ada in the file" in run(["whoami"], env).stdout
    assert run(["logout"], env).returncode == 0
    assert holding(home, token) == []


def test_a_token_kept_nowhere_opens_the_console(hub: HubProcess, home: Path) -> None:
    env = environment(home, HF_ENDPOINT=hub.url)
    with Terminal([*PROGRAM, "login"], size=(100, 24), env=env) as terminal:
        terminal.expect("Paste a token")
        terminal.type(f"{hub.token()}\r")
        terminal.expect("What now?")
        terminal.type("console\r")
        terminal.expect("lab")
        terminal.expect("q quit")
        terminal.press("q")
        assert terminal.wait_exit() == 0
        assert terminal.restored
    assert holding(home, hub.token()) == []


def test_what_is_here_already_is_offered_and_left_alone(hub: HubProcess, home: Path) -> None:
    saved = home / "hf" / "token"
    saved.parent.mkdir()
    saved.write_text(hub.token())
    env = environment(home, HF_ENDPOINT=hub.url)
    with Terminal([*PROGRAM, "login", "--in-file"], env=env) as terminal:
        terminal.expect("1  the hf command's token")
        terminal.expect("or the number")
        terminal.type("1\r")
        terminal.expect("Signed in as ada.")
        assert terminal.wait_exit() == 0
    ended = run(["logout"], env)
    assert f"Left alone: the hf command's token, in {saved}" in ended.stdout
    assert saved.read_text() == hub.token()


def test_a_folder_is_watched_with_the_token_that_is_kept(
    hub: HubProcess, home: Path, folder: Path
) -> None:
    env = environment(home, HF_ENDPOINT=hub.url)
    refused = run(["watch", str(folder), "ada/lab", "--once", "--yes"], env)
    assert refused.returncode == 4
    assert "spaces-tui login" in refused.stdout + refused.stderr
    assert run(["login", "--in-file"], env, hub.token()).returncode == 0
    sent = run(["watch", str(folder), "ada/lab", "--once", "--yes"], env)
    assert sent.returncode == 0, sent.stdout + sent.stderr
    assert hub.text("ada/lab", "app.py") == "print('first')\n"
