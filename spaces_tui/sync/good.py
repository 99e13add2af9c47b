"""The last commit that visitors saw running, and what was sent since."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(slots=True)
class Good:
    """What `restore` goes back to."""

    oid: str = ""
    """The commit that went live last; empty while none is known."""
    touched: set[str] = field(default_factory=set)
    """Paths that commits of ours changed after it."""
    put_back: dict[str, str | None] = field(default_factory=dict)
    """Paths that were put back on the Space, each with the content id of the later version that
    is in the folder; None: it is deleted there."""

    def sent(self, *paths: str) -> None:
        """A commit of ours changed these paths; it counts once something is known to be good."""
        if self.oid:
            self.touched.update(paths)

    def live(self, oid: str) -> None:
        """A commit went live, and it is the newest of ours."""
        self.oid = oid
        self.touched.clear()
