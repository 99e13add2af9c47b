"""Every call meets every trouble at a real Hub: what it is called, how often it was done.

The law of it: a change is done at most once for one intention; it is not done at all when the
error says so; a read comes back right once the trouble is over; and afterwards all is well.
"""

from __future__ import annotations

import re
import traceback

import pytest

from spaces_tui.hub import errors
from spaces_tui.hub.errors import HubError
from tests.faults.intentions import CHANGES, READS, STREAMS, Intention
from tests.faults.troubles import NOTHING_DONE, TROUBLES, Trouble
from tests.faults.world import World, world

EVERYTHING = (*CHANGES, *READS, *STREAMS)


def cells(intentions: tuple[Intention, ...]) -> list[object]:
    """Return every pair of an intention and a trouble it can meet, named to be read."""
    return [
        pytest.param(intention, trouble, id=f"{intention.name} - {trouble.name}")
        for intention in intentions
        for trouble in TROUBLES
        if trouble.meets(intention)
    ]


async def prepared(world: World, intention: Intention) -> None:
    """Bring the Hub to where the intention makes sense, and forget how."""
    if intention.prepare is not None:
        await intention.prepare(world)
    begin(world, intention)


def begin(world: World, intention: Intention) -> None:
    """Let there be no trouble, and count from here on."""
    healed(world)
    if intention.uploads:
        world.server.call(lambda state: state.lfs.objects.clear())
    world.server.clear_requests()
    world.network.watch(intention.method, intention.path)


def healed(world: World) -> None:
    """End all trouble."""
    world.server.clear_faults()
    world.server.reset_rate()
    world.network.heal()


async def attempt(world: World, intention: Intention) -> HubError | None:
    """Try; return what went wrong. What goes right has to be right."""
    try:
        result = await intention.make(world)
    except HubError as error:
        return error
    assert intention.right(world, result)
    return None


def received(world: World, intention: Intention) -> int:
    """How many requests of an intention the Hub got, and nothing else but steps of uploads."""
    found = [(request.method, request.path) for request in world.server.requests()]
    mine = [
        path
        for method, path in found
        if method == intention.method and re.fullmatch(intention.path, path)
    ]
    assert len(mine) == len(found) or intention.uploads
    return len(mine)


def check_error(world: World, intention: Intention, trouble: Trouble, error: HubError) -> None:
    """Check that an error says the right thing, and nothing secret."""
    kind = trouble.kind(intention)
    assert type(error) is kind or (kind is errors.NotFound and isinstance(error, kind))
    method, _, path = error.call.partition(" ")
    assert (method, bool(re.fullmatch(intention.path, path))) == (intention.method, True)
    if isinstance(error, errors.RateLimited):
        assert error.by_action is not (trouble.name == "429 general") or intention.renews
    shown = "".join(traceback.format_exception(error)) + repr(error) + str(vars(error))
    assert not [secret for secret in world.tokens if secret in shown]


async def all_is_well(world: World) -> None:
    """Check that the client still works, and leaves nothing behind when it is closed."""
    healed(world)
    assert (await world.hub.whoami()).name == "ada"
    await world.hub.aclose()
    assert world.all_closed()


@pytest.mark.parametrize("intention", EVERYTHING, ids=lambda each: each.name)
async def test_without_trouble(intention: Intention) -> None:
    async with world() as here:
        await prepared(here, intention)
        if intention.effects is not None:
            assert intention.effects(here) in {0, None}
        assert await attempt(here, intention) is None
        assert received(here, intention) == here.network.attempts == 1
        if intention.effects is not None:
            assert intention.effects(here) in {1, None}
        await all_is_well(here)


@pytest.mark.parametrize(("intention", "trouble"), cells(CHANGES))
async def test_a_change_is_done_once_or_not(intention: Intention, trouble: Trouble) -> None:
    async with world() as here:
        await prepared(here, intention)
        trouble.strike(here, intention, 1)
        error = await attempt(here, intention)
        assert received(here, intention) == 1
        assert here.network.attempts == (2 if trouble.unsent else 1)
        assert intention.effects is not None
        effects = intention.effects(here)
        noticed = trouble.error(intention) is not None and not trouble.unsent
        assert (error is not None) is noticed
        assert effects in {int(trouble.done or trouble.unsent), None}
        if error is not None:
            check_error(here, intention, trouble, error)
            assert not (effects and isinstance(error, NOTHING_DONE))
        await all_is_well(here)


@pytest.mark.parametrize("intention", CHANGES, ids=lambda each: each.name)
async def test_a_change_that_never_gets_through(intention: Intention) -> None:
    (trouble,) = (each for each in TROUBLES if each.unsent)
    async with world() as here:
        await prepared(here, intention)
        trouble.strike(here, intention, None)
        error = await attempt(here, intention)
        assert (here.network.attempts, received(here, intention)) == (intention.attempts, 0)
        assert intention.effects is not None
        assert intention.effects(here) in {0, None}
        assert error is not None
        check_error(here, intention, trouble, error)
        await all_is_well(here)


@pytest.mark.parametrize(("intention", "trouble"), cells(READS))
async def test_a_read_gives_up_in_the_end_and_is_right_once_it_is_over(
    intention: Intention, trouble: Trouble
) -> None:
    async with world() as here:
        await prepared(here, intention)
        if trouble.passing:
            await recovers(here, intention, trouble)
            begin(here, intention)
        await gives_up(here, intention, trouble)
        await all_is_well(here)


async def recovers(world: World, intention: Intention, trouble: Trouble) -> None:
    """Meet the trouble once, and get what was asked for."""
    trouble.strike(world, intention, 1)
    assert await attempt(world, intention) is None
    assert world.network.attempts == (2 if trouble.error(intention) else 1)
    assert received(world, intention) == world.network.attempts - int(trouble.unsent)


async def gives_up(world: World, intention: Intention, trouble: Trouble) -> None:
    """Meet the trouble over and over."""
    trouble.strike(world, intention, None)
    error = await attempt(world, intention)
    noticed = trouble.error(intention) is not None
    assert (error is not None) is noticed
    expected = intention.attempts if trouble.passing and noticed else 1
    if trouble.name == "429 general":
        expected = 1  # nobody waits a whole minute
    if intention.renews and trouble.name == "403":
        expected = 3  # each time with a new address
    assert world.network.attempts == expected
    assert received(world, intention) == (0 if trouble.unsent else expected)
    if error is not None:
        check_error(world, intention, trouble, error)


@pytest.mark.parametrize(("intention", "trouble"), cells(STREAMS))
async def test_a_stream_is_not_asked_for_again(intention: Intention, trouble: Trouble) -> None:
    async with world() as here:
        await prepared(here, intention)
        trouble.strike(here, intention, 1)
        error = await attempt(here, intention)
        assert error is not None
        check_error(here, intention, trouble, error)
        assert here.network.attempts == 1
        assert received(here, intention) == (0 if trouble.unsent else 1)
        await all_is_well(here)
