"""Bad input and a Hub that misbehaves: one clear sentence, and the console lives on."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.e2e.conftest import SPACE
from tests.e2e.programs import PROGRAM, HubProcess, console, environment, run
from tests.e2e.terminal import Terminal

pytestmark = pytest.mark.e2e


def leave(terminal: Terminal) -> None:
    """Quit, to show that it lives."""
    terminal.press("q")
    assert terminal.wait_exit() == 0
    assert terminal.restored


def test_without_a_token_it_says_how_to_sign_in(hub: HubProcess, home: Path) -> None:
    with console(home=home, given={"HF_ENDPOINT": hub.url}) as terminal:
        terminal.expect("Not signed in")
        terminal.expect("Or paste a token with write access")
        terminal.expect(f"{hub.url}/settings/tokens")
        leave(terminal)


def test_a_token_that_is_not_accepted(hub: HubProcess, home: Path) -> None:
    token = "hf_" + "x" * 34
    with console(home=home, given={"HF_ENDPOINT": hub.url, "HF_TOKEN": token}) as terminal:
        terminal.expect("does not accept this token")
        assert token.encode() not in terminal.output
        leave(terminal)


def test_a_space_that_is_not_there(hub: HubProcess, home: Path) -> None:
    with console("no/such", home=home, given=hub.variables()) as terminal:
        terminal.expect("There is no Space no/such that this account can see")
        terminal.expect("lab")
        leave(terminal)


def test_an_address_where_nobody_listens(home: Path) -> None:
    endpoint = "http://127.0.0.1:9"
    with console(
        home=home, given={"HF_ENDPOINT": endpoint, "HF_TOKEN": "hf_" + "x" * 34}
    ) as terminal:
        terminal.expect("does not answer")
        terminal.expect(endpoint)
        leave(terminal)


def test_an_address_that_is_none(home: Path) -> None:
    with console(
        home=home, given={"HF_ENDPOINT": "no endpoint", "HF_TOKEN": "hf_" + "x" * 34}
    ) as terminal:
        terminal.expect("no endpoint")
        if terminal.running:
            leave(terminal)


@pytest.mark.parametrize("status", [401, 403, 404, 429, 500])
def test_a_hub_that_refuses_the_list(hub: HubProcess, home: Path, status: int) -> None:
    hub.ask("fault", path="^/api/spaces\\?", status=status, count=None, body="<b>no</b>")
    with console(home=home, given=hub.variables()) as terminal:
        terminal.expect(re.compile("Hub|token|Too many|request|answer", re.IGNORECASE))
        hub.ask("clear_faults")
        terminal.press("ctrl+r")
        terminal.expect("Running")
        leave(terminal)


@pytest.mark.parametrize("mangle", ["malformed", "truncated"])
def test_answers_that_are_no_answers(hub: HubProcess, home: Path, mangle: str) -> None:
    hub.ask("fault", path="^/api/spaces\\?", mangle=mangle, count=2)
    with console(home=home, given=hub.variables()) as terminal:
        terminal.expect("Running")
        leave(terminal)


def test_a_refused_pause_is_said_on_the_space(hub: HubProcess, home: Path) -> None:
    hub.ask("fault", path="/pause", status=500, count=None, body='{"error":"Out of hamsters"}')
    with console(SPACE, home=home, given=hub.variables()) as terminal:
        terminal.expect("Running")
        terminal.press("p")
        terminal.expect("Pause this Space?")
        terminal.press("y")
        terminal.expect("Out of hamsters")
        terminal.press("enter")
        terminal.expect("Overview")


def test_a_terminal_that_cannot_draw(home: Path) -> None:
    with Terminal([*PROGRAM, "--demo"], env=environment(home, TERM="dumb")) as terminal:
        assert terminal.wait_exit() == 2
        text = " ".join("".join(terminal.screen()).split())
        assert "needs a terminal" in text
        assert "Traceback" not in text


@pytest.mark.parametrize("arguments", [[], ["--demo"], [SPACE]])
def test_no_terminal_at_all(home: Path, arguments: list[str]) -> None:
    done = run(arguments, environment(home, HF_ENDPOINT="http://127.0.0.1:9"))
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.count("\n") == 1
    assert "terminal" in done.stderr


@pytest.mark.parametrize("arguments", [["--nonsense"], ["a b"], ["watch"], ["hub", "--port", "x"]])
def test_arguments_that_cannot_be(home: Path, arguments: list[str]) -> None:
    done = run(arguments, environment(home))
    assert done.returncode == 2
    assert done.stderr.startswith("spaces-tui: ") or "terminal" in done.stderr
    assert done.stderr.count("\n") == 1
