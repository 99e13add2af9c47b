"""Keeps the collector of cycles from going through everything that is remembered, again and again.

What an engine knows of thousands of files is tens of thousands of objects, none of them in a
cycle. Going through them takes a tenth of a second for 10,000 files, and no thread runs meanwhile,
so that a save may wait for it. Once a folder is in sync they are set aside, until the engine ends.
"""

from __future__ import annotations

import gc
from threading import Lock

_lock = Lock()
_users: list[object] = []


def set_aside(user: object) -> None:
    """Leave everything that exists now out of collections, as long as `user` or another wants."""
    with _lock:
        if user not in _users:
            _users.append(user)
            gc.freeze()


def take_back(user: object) -> None:
    """Let all of it be collected again, if nobody else wants otherwise."""
    with _lock:
        if user in _users:
            _users.remove(user)
            if not _users:
                gc.unfreeze()
