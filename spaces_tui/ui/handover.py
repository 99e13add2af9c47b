"""Hands the terminal to another program, without our token, while the session goes on."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

from textual.app import SuspendNotSupported

from spaces_tui.model.tokens import without_tokens

if TYPE_CHECKING:
    from types import FrameType

    from spaces_tui.ui.app import ConsoleApp


class HandOverError(Exception):
    """The program could not be started; the message is one sentence for a person."""


async def hand_over(app: ConsoleApp, command: Sequence[str]) -> int:
    """Run a program in the terminal and return its status. Nothing is painted meanwhile.

    Raises:
        HandOverError: this terminal cannot be handed over, or there is no such program.
    """
    try:
        # Without the batch, a frame painted while suspended would wait for a writer that is gone.
        with app.batch_update(), app.suspend(), _interrupts_for_the_program():
            process = await asyncio.create_subprocess_exec(*command, env=without_tokens(os.environ))
            return await process.wait()
    except SuspendNotSupported as error:
        raise HandOverError(f"This terminal cannot be handed to {command[0]}.") from error
    except OSError as error:
        raise HandOverError(f"{command[0]} could not be started: {error.strerror}.") from error
    finally:
        app.screen.refresh(layout=True)


@contextmanager
def _interrupts_for_the_program() -> Iterator[None]:
    """Let ctrl+c end the program alone: the terminal sends it to both of us.

    Not ignored, which the program would inherit: handled, by doing nothing.
    """
    before = signal.signal(signal.SIGINT, _nothing)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, signal.SIG_DFL if before is None else before)


def _nothing(_number: int, _frame: FrameType | None) -> None:
    return
