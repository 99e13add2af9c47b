"""The lines of a log that match an expression, as if there were no others."""

from __future__ import annotations

from bisect import bisect_left
from typing import TYPE_CHECKING, Final

import regex

from spaces_tui.ui.present.logsearch import LogSearch

if TYPE_CHECKING:
    from spaces_tui.model.logs import LogLine
    from spaces_tui.ui.present.logsearch import Lines

_PATIENCE: Final = 0.05
"""Seconds one line may take: some expressions take years for a line they nearly match."""


class FilterError(Exception):
    """There is no such expression; the message says what is wrong with it, in a few words."""


class Expression:
    """A regular expression that gives up; case counts where it holds a capital.

    A leading `!` turns it round: it matches the lines the rest does not.
    """

    def __init__(self, wanted: str) -> None:
        """Compile it.

        Raises:
            FilterError: it is no regular expression.
        """
        self._inverse = wanted.startswith("!")
        text = wanted.removeprefix("!")
        try:
            self._pattern = regex.compile(text, 0 if text != text.lower() else regex.IGNORECASE)
        except regex.error as error:
            raise FilterError(str(error)) from error
        self.hopeless = False
        """Whether a line took too long; nothing is looked at any more."""

    def search(self, string: str, /) -> bool:
        """Whether a line matches."""
        if self.hopeless:
            return False
        try:
            found = self._pattern.search(string, timeout=_PATIENCE) is not None
        except TimeoutError:
            self.hopeless = True
            return False
        return found is not self._inverse


class Sifted:
    """What is left of a log behind a filter, numbered anew. Call `advance` until it is False."""

    def __init__(self, whole: Lines, expression: Expression) -> None:
        self.whole = whole
        self.expression = expression
        self._search = LogSearch(expression)

    @property
    def epoch(self) -> int:
        """That of the log."""
        return self.whole.epoch

    @property
    def first(self) -> int:
        """Number of the oldest line left."""
        return self._search.dropped

    @property
    def end(self) -> int:
        """Number the next line will get."""
        return self._search.dropped + len(self._search.matches)

    def __len__(self) -> int:
        return len(self._search.matches)

    def advance(self) -> bool:
        """Look at the next slice of the log; return whether there is more to look at."""
        return self._search.advance(self.whole)

    def line(self, number: int) -> LogLine | None:
        """Return a line by its number here; None when it is gone or not there yet."""
        index = number - self.first
        matches = self._search.matches
        return self.whole.line(matches[index]) if 0 <= index < len(matches) else None

    def lines(self, start: int, stop: int) -> list[LogLine]:
        """Return the lines from number `start` up to `stop`, without those that are gone."""
        numbers = range(max(start, self.first), min(stop, self.end))
        return [line for number in numbers if (line := self.line(number))]

    def here(self, number: int) -> int:
        """Return the number here of a line of the log, or that of the next one that is here."""
        return self.first + bisect_left(self._search.matches, number)

    def there(self, number: int) -> int:
        """Return the number in the log of a line that is here."""
        matches = self._search.matches
        index = number - self.first
        if not matches or index >= len(matches):
            return self.whole.end
        return matches[max(0, index)]
