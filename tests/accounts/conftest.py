"""What the tests of accounts share."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from keyring.backend import get_all_keyring

from tests.accounts.secretservice import SecretService, need_secret_service


@pytest.fixture(autouse=True)
def fresh_detection() -> Iterator[None]:
    """Let `keyring` look anew which back ends there are: it remembers that for a whole process."""
    _forget_back_ends()
    yield
    _forget_back_ends()


def _forget_back_ends() -> None:
    with suppress(KeyError):  # it has not looked yet
        get_all_keyring.reset()


@pytest.fixture
def service(isolated_environment: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[SecretService]:
    """Serve an unlocked keyring to this process; skipped where the machine has none to start."""
    need_secret_service()
    with SecretService(isolated_environment) as running:
        for name, value in running.variables.items():
            monkeypatch.setenv(name, value)
        yield running
