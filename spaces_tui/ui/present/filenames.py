"""Names that are proposed for files a person asked for, in the working folder."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime


def file_name(what: str, now: datetime, suffix: str) -> str:
    """Return a name that tells what and when, such as `spaces-tui-ada-app-20260504-091204.txt`."""
    plain = re.sub(r"[^\w.-]+", "-", what)
    return f"spaces-tui-{plain}-{now:%Y%m%d-%H%M%S}{suffix}"
