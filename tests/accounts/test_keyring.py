"""The keyring with back ends that misbehave; `test_secret_service` has a real one."""

from __future__ import annotations

import subprocess
import sys

import pytest
from keyring.backend import KeyringBackend
from keyring.backends import Windows, fail, null

from spaces_tui.accounts.backend import UnusableError, allowed, too_long, usual_backend
from spaces_tui.accounts.keyring import Keyring
from spaces_tui.accounts.outcomes import Absent, Failed, Locked, NoBackend, Read, Slow, Stored
from spaces_tui.model.identity import Secret
from tests.accounts.backends import Chain, Forgetful, Hanging, Refusing, Shut, Working, made
from tests.patience import PATIENCE

HUB = "https://hub.example"
TOKEN = Secret("hf_" + "planted" * 5)


def keyring_of(backend: KeyringBackend) -> Keyring:
    return Keyring(lambda: allowed(backend), limit=PATIENCE)


def test_a_back_end_that_fails_never_shows_the_token() -> None:
    outcome = keyring_of(Refusing()).store("ada", HUB, TOKEN)
    assert isinstance(outcome, Failed)
    assert "OSError" in outcome.sentence
    assert TOKEN.reveal() not in repr(outcome) + outcome.sentence


def test_a_back_end_that_forgets_is_found_out() -> None:
    assert isinstance(keyring_of(Forgetful()).store("ada", HUB, TOKEN), Failed)


def test_a_back_end_that_says_that_it_is_locked() -> None:
    keyring = keyring_of(Shut())
    assert isinstance(keyring.read("ada", HUB), Locked)
    assert isinstance(keyring.store("ada", HUB, TOKEN), Locked)


def test_a_back_end_that_hangs_is_given_up_and_not_asked_again_until_it_answers() -> None:
    backend = Hanging()
    keyring = Keyring(lambda: backend, limit=0.05)
    assert keyring.store("ada", HUB, TOKEN) == Slow(0.05)
    assert keyring.read("ada", HUB) == Slow(0.05)
    assert backend.calls == 1
    backend.released.set()
    patient = Keyring(lambda: backend, limit=PATIENCE)
    assert patient.store("ada", HUB, TOKEN) == Stored(backend.name)
    assert patient.read("ada", HUB) == Read(TOKEN)


def test_a_back_end_that_hangs_does_not_keep_the_program_alive() -> None:
    code = (
        "from spaces_tui.accounts.keyring import Keyring\n"
        "from tests.accounts.backends import Hanging\n"
        "backend = Hanging()\n"
        "print(Keyring(lambda: backend, limit=0.05).read('ada', 'https://hub.example'))\n"
    )
    ended = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=PATIENCE, check=True
    )
    assert "Slow" in ended.stdout


@pytest.mark.parametrize("backend", [made(fail.Keyring), made(null.Keyring)])
def test_what_keeps_nothing_is_no_keyring(backend: KeyringBackend) -> None:
    outcome = keyring_of(backend).store("ada", HUB, TOKEN)
    assert isinstance(outcome, NoBackend)
    assert "no keyring" in outcome.sentence


def test_plain_text_is_refused() -> None:
    plain = type("PlaintextKeyring", (Working,), {"__module__": "keyrings.alt.file"})()
    outcome = keyring_of(plain).store("ada", HUB, TOKEN)
    assert isinstance(outcome, NoBackend)
    assert "plain text" in outcome.sentence
    assert not plain.kept


def test_of_a_chain_the_best_is_used_and_looked_at() -> None:
    plain = type("PlaintextKeyring", (Working,), {"__module__": "keyrings.alt.file"})()
    good = Working()
    assert allowed(Chain(good, plain)) is good
    for chain in (Chain(plain, good), Chain()):
        with pytest.raises(UnusableError):
            allowed(chain)


def test_windows_cannot_hold_a_long_token_and_says_so_before_it_is_asked() -> None:
    keyring = keyring_of(made(Windows.WinVaultKeyring))
    outcome = keyring.store("ada", HUB, Secret("hf_" + "x" * 1_300))
    assert isinstance(outcome, Failed)
    assert "2560 is the most" in outcome.sentence


def test_what_fits_is_not_too_long_for_windows() -> None:
    assert too_long(made(Windows.WinVaultKeyring), "hf_" + "x" * 1_200) is None


def test_a_back_end_that_cannot_even_be_looked_for_shows_nothing() -> None:
    def broken() -> KeyringBackend:
        raise OSError(f"no way to {TOKEN.reveal()}")

    outcome = Keyring(broken, limit=PATIENCE).read("ada", HUB)
    assert outcome == Failed("The keyring cannot be reached (OSError).")


def test_a_configuration_that_names_nothing_usable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "no.such.module.Keyring")
    outcome = Keyring(usual_backend, limit=PATIENCE).read("ada", HUB)
    assert isinstance(outcome, NoBackend)
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.fail.Keyring")
    assert isinstance(Keyring(limit=PATIENCE).read("ada", HUB), NoBackend)


def test_nothing_kept_is_absent() -> None:
    assert keyring_of(Working()).read("ada", HUB) == Absent()
    assert keyring_of(Working()).remove("ada", HUB) == Absent()
