"""The card of a Space: read with its commit, and changed by one commit that overwrites nobody."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from spaces_tui.hub.errors import EntryNotFound, HubError, Moved, TooLarge
from spaces_tui.model.card import Card, CardError
from spaces_tui.model.repo import AddFile
from spaces_tui.model.text import clean_line
from spaces_tui.session.facade import CommandError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from spaces_tui.hub.client import Hub
    from spaces_tui.hub.space import SpaceResource
    from spaces_tui.model.settings import CardEdit

_README: Final = "README.md"
_LARGEST: Final = 1024 * 1024
"""Bytes of a README that is edited."""
_TRIES: Final = 3
"""Commits of others that may come between reading and writing."""


async def read_readme(space: SpaceResource, revision: str) -> str:
    """Return the README at a revision; empty when there is none.

    Raises:
        CommandError: it is no text, or too large.
    """
    try:
        content = await space.download(_README, revision, limit=_LARGEST)
    except EntryNotFound:
        return ""
    except TooLarge as error:
        raise CommandError("README.md is too large to edit here.") from error
    try:
        return content.decode()
    except UnicodeDecodeError as error:
        raise CommandError("README.md is not UTF-8 text: it cannot be edited here.") from error


class CardCommit:
    """Puts edits into the card as it is at that moment."""

    def __init__(self, hub: Hub, space: SpaceResource, edits: Sequence[CardEdit]) -> None:
        self._hub = hub
        self._space = space
        self._edits = edits

    @property
    def what(self) -> str:
        """What is done, in words."""
        return f"commit the card: {', '.join(clean_line(edit.key) for edit in self._edits)}"

    async def send(self) -> None:
        """Commit, on the newest head.

        Raises:
            CommandError: somebody else changed the same, or the Hub would not take this card.
            HubError: the Hub's word.
        """
        for _ in range(_TRIES):
            head = (await self._space.info()).sha
            if head is None:
                raise CommandError("The Hub does not say which commit is the newest.")
            readme = await read_readme(self._space, head)
            text = self._edited(readme)
            if text == readme:
                return  # it has all of it, such as by an earlier try whose answer was lost
            await self._checked(text)
            try:
                await self._commit(text, head)
            except Moved:
                continue
            return
        raise CommandError("Somebody else commits all the time: try again in a moment.")

    async def sent(self) -> bool:
        """Whether the card has what was to be set."""
        head = (await self._space.info()).sha
        try:
            card = Card(await read_readme(self._space, head or "main"))
        except (CardError, CommandError):
            return False
        return all(_has(card, edit) for edit in self._edits)

    def _edited(self, readme: str) -> str:
        try:
            card = Card(readme)
            left = [edit for edit in self._edits if not _has(card, edit)]
            for edit in left:
                if card.get(edit.key) != edit.before:
                    name = clean_line(edit.key)
                    raise CommandError(
                        f"Somebody else changed {name} meanwhile: the card was left alone."
                    )
            return card.edited({edit.key: edit.value for edit in left})
        except CardError as error:
            raise CommandError(str(error)) from error

    async def _checked(self, text: str) -> None:
        try:
            found = await self._hub.validate_yaml(text)
        except HubError:
            return  # a Hub without this call checks the commit itself
        if not found.good:
            said = " ".join(found.errors) or "it gave no reason"
            raise CommandError(f"The Hub would not take this card: {said}")

    async def _commit(self, text: str, head: str) -> None:
        keys = ", ".join(edit.key for edit in self._edits)
        await self._space.commit(
            [AddFile(_README, text.encode())], summary=f"Update the card: {keys}", parent=head
        )


def _has(card: Card, edit: CardEdit) -> bool:
    """Whether the card is as the edit wants it."""
    wanted = None if edit.value is None else edit.value.text
    return card.get(edit.key) == wanted and not card.why_not(edit.key)
