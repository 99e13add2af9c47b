"""A name that is a file on one side and a folder on the other: only one of the two can be there."""

from __future__ import annotations

from dataclasses import dataclass

from spaces_tui.model.text import clean_name


@dataclass(frozen=True, slots=True)
class Clash:
    """What both sides have at and below a name; one side would have to go."""

    name: str
    here: tuple[str, ...]
    """Files of this folder that would be sent."""
    there: tuple[str, ...]
    """Files of the Space that would be lost by that."""

    @property
    def folder_there(self) -> bool:
        """Whether the name is the folder's on the Space; else it is the folder's here."""
        return self.here == (self.name,)

    @property
    def words(self) -> str:
        """What a person has to know, as a part of a sentence."""
        if self.folder_there:
            return f"a folder with {_files(self.there)} on the Space, and a file here"
        return f"a file on the Space, and a folder with {_files(self.here)} here"

    @property
    def sentence(self) -> str:
        """The same with its name, without a full stop."""
        return f"{clean_name(self.name)} is {self.words}"


def _files(paths: tuple[str, ...]) -> str:
    return f"{len(paths):,} file{'' if len(paths) == 1 else 's'}"
