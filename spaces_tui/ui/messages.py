"""What other threads tell the app."""

from __future__ import annotations

from dataclasses import dataclass

from textual.message import Message


class SnapshotChanged(Message):
    """There is a newer snapshot or log line. Several in the queue are one."""

    def can_replace(self, message: Message) -> bool:
        """Take the place of one that waits already."""
        return isinstance(message, SnapshotChanged)


@dataclass
class CommandFailed(Message):
    """A command ended with an error, in a sentence for a person."""

    space: str
    what: str
    sentence: str
