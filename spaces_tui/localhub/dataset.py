"""A dataset: a repository and who may see it. Nothing runs, so there is nothing else."""

from __future__ import annotations

from dataclasses import dataclass, field

from spaces_tui.localhub.repository import Commit, Repository
from spaces_tui.localhub.space import Space, new_id


@dataclass
class Dataset:
    """Everything the server knows about one dataset. `created` is Unix seconds."""

    id: str
    repo: Repository
    created: float
    private: bool = False
    creator: str = ""
    hub_id: str = field(default_factory=new_id)
    disabled: bool = False

    @property
    def namespace(self) -> str:
        """The owner: a person or an organization."""
        return self.id.partition("/")[0]

    @property
    def visibility(self) -> str:
        """`public` or `private`."""
        return "private" if self.private else "public"

    @property
    def head(self) -> Commit:
        """The newest commit."""
        return self.repo.head


Holder = Space | Dataset
"""What has a repository."""


def kind_of(holder: Holder) -> str:
    """Return `space` or `dataset`, as scopes of tokens name it."""
    return "space" if isinstance(holder, Space) else "dataset"
