"""The two kinds of requests: those that only read, and those that change a Space step by step."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import ClassVar, Generic, Self, TypeVar

T_co = TypeVar("T_co", covariant=True)


class Request(Generic[T_co]):
    """Something a session is asked; `T_co` is the type of the answer.

    Subclasses are frozen dataclasses. Their `repr` may come into a log: what is secret is kept
    in `model.identity.Secret`.
    """

    __slots__ = ()
    needs_account: ClassVar[bool] = True
    """Whether it waits until an account is found to act through, and fails where there is none."""


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that was to be done to a Space, and what became of it."""

    key: str
    """Names the step within its request, such as `variable:GREETING`."""
    what: str
    """In words, such as `set the variable GREETING`; never a secret value."""
    done: bool = False
    error: str = ""
    """Why it was not done, or why nobody knows, in one sentence; empty while not tried."""
    request_id: str | None = None
    retry_in: float | None = None
    """Seconds after which the Hub will take it; set when its rate limit refused it, so that
    nothing was done."""

    @property
    def failed(self) -> bool:
        """Whether it was tried in vain."""
        return bool(self.error)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a change, step by step. A step that is not done can be asked for again."""

    space: str
    steps: tuple[Step, ...] = ()

    @property
    def ok(self) -> bool:
        """Whether everything was done."""
        return all(step.done for step in self.steps)

    @property
    def done(self) -> frozenset[str]:
        """Keys of the steps that were done."""
        return frozenset(step.key for step in self.steps if step.done)

    @property
    def errors(self) -> tuple[str, ...]:
        """Why steps failed, each reason once."""
        return tuple(dict.fromkeys(step.error for step in self.steps if step.error))


class Change(Request[Outcome]):
    """A request that changes one Space. Refused by a console that only reads; goes into the
    journal of actions, step by step."""

    __slots__ = ()
    space: str

    def without(self, done: Collection[str]) -> Self | None:
        """Return what is left of it after these steps; None for one that cannot go on half-way."""
        del done
        return None
