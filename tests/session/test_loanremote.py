"""The guard's view of a Hub over real HTTP: every failure is told apart, renames are followed."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence

import pytest

from spaces_tui.guard.protocols import GuardError, Lost, Trouble
from spaces_tui.hub.client import Hub
from spaces_tui.localhub.thread import LocalHub
from spaces_tui.model.identity import Secret
from spaces_tui.session.loanremote import LoanRemote

SPACE = "acme/leaderboard"
CALLS: dict[str, tuple[str, Callable[[LoanRemote], Awaitable[object]]]] = {
    "runtime": ("/runtime", lambda remote: remote.runtime(SPACE)),
    "hardware": ("/hardware", lambda remote: remote.set_hardware(SPACE, "t4-small", None)),
    "sleep time": ("/sleeptime", lambda remote: remote.set_sleep_time(SPACE, 3600)),
    "pause": ("/pause", lambda remote: remote.pause(SPACE)),
}
STATUSES = {
    402: Trouble.REFUSED,
    403: Trouble.REFUSED,
    404: Trouble.GONE,
    429: Trouble.BUSY,
    500: Trouble.UNCLEAR,
    503: Trouble.UNCLEAR,
}


@pytest.fixture
async def remote(demo_hub: LocalHub) -> AsyncIterator[LoanRemote]:
    async with Hub(demo_hub.url, Secret(demo_hub.token()), version="test") as hub:

        async def namespaces() -> Sequence[str]:
            return (await hub.whoami()).namespaces

        yield LoanRemote(hub, namespaces)


@pytest.mark.parametrize("status", STATUSES)
@pytest.mark.parametrize("call", [name for name in CALLS if name != "runtime"])
async def test_every_refusal_of_a_change_is_told_apart_and_sent_once(
    remote: LoanRemote, demo_hub: LocalHub, call: str, status: int
) -> None:
    path, ask = CALLS[call]
    demo_hub.fault(path, status=status, count=None)
    demo_hub.clear_requests()
    with pytest.raises(GuardError) as caught:
        await ask(remote)
    assert caught.value.trouble is STATUSES[status]
    assert caught.value.message.endswith(".")
    assert len([one for one in demo_hub.requests() if one.path.endswith(path)]) == 1


async def test_a_token_that_was_revoked_is_no_missing_space(
    remote: LoanRemote, demo_hub: LocalHub
) -> None:
    demo_hub.revoke()
    for _, ask in CALLS.values():
        with pytest.raises(GuardError) as caught:
            await ask(remote)
        assert caught.value.trouble is Trouble.AUTH


async def test_no_network_means_that_nothing_was_done(demo_hub: LocalHub) -> None:
    async with Hub("http://127.0.0.1:9", Secret(demo_hub.token()), version="test") as hub:

        async def namespaces() -> Sequence[str]:
            return ()

        for _, ask in CALLS.values():
            with pytest.raises(GuardError) as caught:
                await ask(LoanRemote(hub, namespaces))
            assert caught.value.trouble is Trouble.OFFLINE


async def test_a_space_is_found_under_its_new_name_by_its_id(
    remote: LoanRemote, demo_hub: LocalHub
) -> None:
    uid = (await remote.info(SPACE)).uid
    assert await remote.find(SPACE, uid) == SPACE
    demo_hub.rename(SPACE, "ada/renamed")
    assert await remote.find(SPACE, uid) == "ada/renamed"
    demo_hub.delete("ada/renamed")
    assert await remote.find("ada/renamed", uid) == Lost(surely=True)
    assert await remote.find("stranger/renamed", uid) == Lost(surely=False)
