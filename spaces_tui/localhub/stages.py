"""The stages of a Space, by what they mean."""

from __future__ import annotations

from typing import Final

NO_APP_FILE: Final = "NO_APP_FILE"
CONFIG_ERROR: Final = "CONFIG_ERROR"
BUILDING: Final = "BUILDING"
BUILD_ERROR: Final = "BUILD_ERROR"
APP_STARTING: Final = "APP_STARTING"
RUNNING: Final = "RUNNING"
RUNNING_BUILDING: Final = "RUNNING_BUILDING"
RUNNING_APP_STARTING: Final = "RUNNING_APP_STARTING"
RUNTIME_ERROR: Final = "RUNTIME_ERROR"
SLEEPING: Final = "SLEEPING"
STOPPED: Final = "STOPPED"
PAUSED: Final = "PAUSED"

SERVING: Final = frozenset({RUNNING, RUNNING_BUILDING, RUNNING_APP_STARTING})
"""A version answers visitors."""

ALLOCATED: Final = SERVING | {APP_STARTING}
"""A machine is in use."""

BUILDS: Final = frozenset({BUILDING, RUNNING_BUILDING})
ASLEEP: Final = frozenset({SLEEPING, STOPPED})
"""A visit wakes it."""

STARTS: Final = frozenset({APP_STARTING, RUNNING_APP_STARTING})
