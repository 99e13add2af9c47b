"""What other threads tell the app."""

from __future__ import annotations

from textual.message import Message


class SnapshotChanged(Message):
    """There is a newer snapshot or log line. Several in the queue are one."""

    def can_replace(self, message: Message) -> bool:
        """Take the place of one that waits already."""
        return isinstance(message, SnapshotChanged)


class CommandFailed(Message):
    """A command ended with an error, in a sentence for a person.

    `request_id` is the Hub's, for a bug report.
    """

    def __init__(self, space: str, what: str, sentence: str, request_id: str | None = None) -> None:
        super().__init__()
        self.space = space
        self.what = what
        self.sentence = sentence
        self.request_id = request_id
