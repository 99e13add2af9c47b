"""A back end of `keyring` that takes its time; `PYTHON_KEYRING_BACKEND` names it."""

from __future__ import annotations

import time
from typing import Final

from tests.accounts.backends import Working

TAKES: Final = 2.0
"""Seconds for each answer."""


class Keyring(Working):
    """Has the same token for everybody."""

    def get_password(self, service: str, username: str) -> str:
        """Return it, late."""
        del service, username
        time.sleep(TAKES)
        return "hf_" + "x" * 34
