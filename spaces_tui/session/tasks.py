"""Tasks that run beside each other, none of which may die unheard."""

from __future__ import annotations

import asyncio
import logging
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Coroutine

_log = logging.getLogger(__name__)


def spawn(work: Coroutine[Any, Any, None], name: str) -> asyncio.Task[None]:
    """Start a task; an error nobody expected is written to the log instead of lost.

    The log line names the error's type and place only: its text may hold what a stranger sent.
    """
    task = asyncio.create_task(work, name=name)
    task.add_done_callback(_heard)
    return task


def _heard(task: asyncio.Task[None]) -> None:
    if task.cancelled():
        return
    error = task.exception()
    if error is not None:
        _log.error("%s ended: %s", task.get_name(), place_of(error))


def place_of(error: BaseException) -> str:
    """Return an error's type and where it was raised, without a word of its text."""
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    if trace is None:
        return type(error).__name__
    code = trace.tb_frame.f_code
    return f"{type(error).__name__} in {Path(code.co_filename).name}, line {trace.tb_lineno}"
