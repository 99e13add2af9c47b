"""A shell in a Space that is in Dev Mode: the terminal is handed to ssh."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING, Final

from spaces_tui.model.devmode import ssh_target
from spaces_tui.ui.handover import HandOverError, hand_over

if TYPE_CHECKING:
    from spaces_tui.model.space import Space
    from spaces_tui.ui.app import ConsoleApp

_FAILED: Final = 255
"""The status of ssh itself; any other one is that of the shell."""


async def open_shell(app: ConsoleApp, space: Space) -> None:
    """Run ssh in the terminal until it ends, or say why that cannot be."""
    target = ssh_target(space)
    if target is None:
        app.say("The Hub gives no address for ssh.", "warning")
        return
    program = shutil.which("ssh")
    if program is None:
        app.say(f"ssh is not installed here; elsewhere: ssh {target}", "warning")
        return
    try:
        status = await hand_over(app, (program, target))
    except HandOverError as error:
        app.say(str(error), "error")
        return
    if status == _FAILED:
        said = "ssh could not connect: the account must know your key, and the app must run."
        app.say(said, "error")
