"""Signing in from the console itself, in a real terminal: with a real keyring, without, in a
browser."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from tests.accounts.secretservice import SecretService, need_secret_service
from tests.e2e.programs import HubProcess, console
from tests.patience import PATIENCE

pytestmark = pytest.mark.e2e


@pytest.fixture
def keyring(home: Path) -> Iterator[Mapping[str, str]]:
    """Serve a real keyring; return the variables that lead to it."""
    need_secret_service()
    with SecretService(home / "keyring") as running:
        yield running.variables


def holding(folder: Path, text: str) -> list[Path]:
    """Return the files below a folder that hold a text."""
    return [
        file for file in folder.rglob("*") if file.is_file() and text.encode() in file.read_bytes()
    ]


def test_from_a_first_start_with_nothing_to_signed_in_after_a_restart_and_out_again(
    hub: HubProcess, home: Path, keyring: Mapping[str, str]
) -> None:
    token = hub.token()
    given = {"HF_ENDPOINT": hub.url, **keyring}
    log = ("--log-level", "debug", "--log-file", str(home / "log"))
    with console(*log, home=home, given=given) as terminal:
        terminal.expect("paste it here")
        terminal.type(f"\x1b[200~ {token[:7]}\r\n  {token[7:]}\r\n\x1b[201~")
        terminal.expect("••••")
        terminal.press("enter")
        terminal.expect("✔ ada: yes")
        terminal.press("enter")
        terminal.expect("lab")
        terminal.expect_gone("─ Sign in")
        assert token[7:].encode() not in terminal.output
        terminal.press("q")
        assert terminal.wait_exit() == 0
    with console(*log, home=home, given=given) as terminal:
        terminal.expect("lab")
        terminal.expect("q quit")
        terminal.press("a")
        terminal.expect("ada in the keyring")
        terminal.expect("✔ ada: yes")
        terminal.press("o")
        terminal.expect("Sign out ada?")
        terminal.press("y")
        terminal.expect("Nobody is signed in.")
        terminal.press("esc")
        terminal.expect_gone("Nobody is signed in.")
        terminal.press("q")
        assert terminal.wait_exit() == 0
        assert terminal.restored
        assert token[7:].encode() not in terminal.output
    assert holding(home, token) == []


def test_without_a_keyring_a_pasted_token_goes_into_a_file_after_a_typed_yes(
    hub: HubProcess, home: Path
) -> None:
    given = {"HF_ENDPOINT": hub.url}
    with console(home=home, given=given) as terminal:
        terminal.expect("paste it here")
        terminal.type("hf_wrong\r")
        terminal.expect("••••")
        terminal.expect(re.compile("Invalid|wrong|expired"))
        terminal.press("ctrl+u")
        terminal.type(f"{hub.token()}\r")
        terminal.expect("✔ ada: yes")
        terminal.press("enter")
        terminal.expect("There is no keyring")
        terminal.press("f")
        terminal.expect("tokens.json")
        terminal.type("yes\r")
        terminal.expect("lab")
        terminal.expect_gone("─ Sign in")  # it takes keys until then
        terminal.press("q")
        assert terminal.wait_exit() == 0
        assert hub.token().encode() not in terminal.output
    (file,) = holding(home, hub.token())
    assert file.stat().st_mode & 0o777 == 0o600
    with console(home=home, given=given) as terminal:
        terminal.expect("lab")
        terminal.press("a")
        terminal.expect("ada in the file")


def test_a_browser_elsewhere_signs_in(hub: HubProcess, home: Path) -> None:
    hub.ask("login_interval", seconds=1)
    given = {"HF_ENDPOINT": hub.url, "SPACES_TUI_OAUTH_CLIENT_ID": "our-app"}
    with console(home=home, given=given) as terminal:
        terminal.expect("in a browser, with a code")
        terminal.press("1")
        terminal.expect("Waiting for you there")
        code = re.search(r"[B-Z]{4}-[B-Z]{4}", "\n".join(terminal.screen()))
        assert code is not None
        hub.ask("approve_login", user_code=code.group(), name="ada")
        terminal.expect("ada (Ada")
        terminal.expect("browser sign-in")
        terminal.press("n")
        terminal.expect("lab")
        terminal.expect_gone("─ Sign in")
        terminal.press("q")
        assert terminal.wait_exit(PATIENCE) == 0
