"""What is asked again, and what is not."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest

from spaces_tui.hub import errors
from spaces_tui.hub.errors import HubError
from spaces_tui.hub.retry import Retries
from tests.hub.talk import Naps


class Attempts:
    """Fails with the given errors, then succeeds."""

    def __init__(self, *failures: HubError) -> None:
        self._failures = list(failures)
        self.made = 0

    async def __call__(self) -> str:
        self.made += 1
        if self._failures:
            raise self._failures.pop(0)
        return "done"


@pytest.mark.parametrize(
    "error",
    [
        errors.Unreachable("x"),
        errors.AnswerLost("x"),
        errors.ServerError("x", status=502),
        errors.RateLimited("x", retry_after=2),
    ],
)
async def test_a_read_is_repeated_when_trouble_may_pass(error: HubError) -> None:
    naps, attempts = Naps(), Attempts(error, error)
    assert await Retries(sleep=naps).read(attempts) == "done"
    assert attempts.made == 3
    assert len(naps.asked) == 2


@pytest.mark.parametrize(
    "error",
    [
        errors.NotFound("x"),
        errors.Unauthorized("x"),
        errors.Untrusted("x"),
        errors.BadRequest("x"),
        errors.Redirected("x"),
    ],
)
async def test_a_read_is_not_repeated_when_it_would_fail_again(error: HubError) -> None:
    attempts = Attempts(error)
    with pytest.raises(type(error)):
        await Retries(sleep=Naps()).read(attempts)
    assert attempts.made == 1


@pytest.mark.parametrize(
    "error",
    [errors.AnswerLost("x"), errors.ServerError("x"), errors.RateLimited("x", retry_after=1)],
)
async def test_a_change_is_sent_once(error: HubError) -> None:
    attempts = Attempts(error)
    with pytest.raises(type(error)):
        await Retries(sleep=Naps()).change(attempts)
    assert attempts.made == 1


async def test_a_change_is_repeated_when_nothing_was_sent() -> None:
    attempts = Attempts(errors.Unreachable("x"))
    assert await Retries(sleep=Naps()).change(attempts) == "done"


@pytest.mark.parametrize("kind", ["read", "change"])
async def test_the_last_failure_goes_to_the_caller(kind: str) -> None:
    attempts = Attempts(*[errors.Unreachable(f"number {number}") for number in range(9)])
    retries = Retries(attempts=4, sleep=Naps())
    run: Callable[[Attempts], Awaitable[str]] = getattr(retries, kind)
    with pytest.raises(errors.Unreachable, match="number 3"):
        await run(attempts)
    assert attempts.made == 4


async def test_the_hubs_own_waiting_time_is_kept_and_ours_grows() -> None:
    naps = Naps()
    trouble = (errors.ServerError("x", retry_after=3), errors.ServerError("x"))
    await Retries(sleep=naps, first_wait=1).read(Attempts(*trouble))
    assert naps.asked[0] == 3
    assert 1 <= naps.asked[1] <= 2


async def test_a_wait_too_long_is_an_error_at_once() -> None:
    naps = Naps()
    with pytest.raises(errors.RateLimited):
        await Retries(sleep=naps).read(Attempts(errors.RateLimited("x", retry_after=200)))
    assert naps.asked == []


async def test_patience_ends() -> None:
    moments = iter([0.0, 39.0, 50.0])
    retries = Retries(sleep=Naps(), clock=lambda: next(moments), patience=40, first_wait=5)
    attempts = Attempts(errors.AnswerLost("slow"))
    with pytest.raises(errors.AnswerLost):
        await retries.read(attempts)
    assert attempts.made == 1
