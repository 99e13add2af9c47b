"""Every call meets every trouble: what it is called, and how many requests were made."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Callable
from dataclasses import dataclass

import httpx
import pytest

from spaces_tui.hub import errors
from spaces_tui.hub.errors import HubError
from tests.hub.every_call import CASES, VALUE, Case
from tests.hub.talk import ENDPOINT, TOKEN, Chunks, Scripted, hub_on

IDS = [f"{number}-{case.asks}" for number, case in enumerate(CASES)]
Kinds = tuple[type[HubError], ...]


@dataclass(frozen=True)
class Fault:
    """One kind of trouble."""

    name: str
    answer: Callable[[], httpx.Response | Exception]
    kinds: Kinds
    passing: bool = False
    """Whether a read is tried again."""
    unsent: bool = False
    """Whether nothing was sent, so that a change is tried again, too."""


def status(number: int, *kinds: type[HubError], passing: bool = False) -> Fault:
    return Fault(str(number), lambda: httpx.Response(number, json={"error": "no"}), kinds, passing)


def limited(name: str, left: int) -> Fault:
    headers = {"ratelimit": f'"api";r={left};t=1'}
    return Fault(
        name, lambda: httpx.Response(429, headers=headers), (errors.RateLimited,), passing=True
    )


def broken(name: str, error: Exception, kind: type[HubError], *, unsent: bool = False) -> Fault:
    return Fault(name, lambda: error, (kind,), passing=True, unsent=unsent)


FAULTS = (
    status(401, errors.Unauthorized, errors.NotFoundOrPrivate, errors.LoginRefused),
    status(402, errors.PaymentRequired),
    status(403, errors.Forbidden, errors.LoginRefused),
    status(404, errors.NotFound),
    status(409, errors.Conflict),
    limited("429-window", 0),
    limited("429-action", 7),
    status(500, errors.ServerError, passing=True),
    status(502, errors.ServerError, passing=True),
    status(503, errors.ServerError, passing=True),
    broken("time-out", httpx.ReadTimeout("x"), errors.AnswerLost),
    broken("reset-before", httpx.ConnectError("x"), errors.Unreachable, unsent=True),
    broken("reset-after", httpx.ReadError("x"), errors.AnswerLost),
    Fault(
        "truncated",
        lambda: httpx.Response(200, stream=Chunks([b'{"na', httpx.RemoteProtocolError("cut")])),
        (errors.AnswerLost,),
        passing=True,
    ),
)


def requests_of(case: Case, fault: Fault) -> int:
    """How often a call is made that meets this trouble each time."""
    if case.stream:
        return 1
    return case.attempts if fault.unsent or (fault.passing and not case.changes) else 1


MATRIX = [
    pytest.param(case, fault, id=f"{name}-{fault.name}")
    for name, case in zip(IDS, CASES, strict=True)
    for fault in FAULTS
    if not (fault.name == "truncated" and case.asks.startswith("HEAD "))  # that has no body
]


@pytest.mark.parametrize(("case", "fault"), MATRIX)
async def test_trouble(case: Case, fault: Fault) -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        requests.append(request)
        met = fault.answer()
        if isinstance(met, Exception):
            raise met
        return met

    requests: list[httpx.Request] = []
    async with hub_on(answer) as hub:
        with pytest.raises(fault.kinds) as caught:
            await case.make(hub)
    assert caught.value.call == case.asks
    assert len(requests) == requests_of(case, fault)
    assert {f"{request.method} {request.url.path}" for request in requests} == {case.asks}


@pytest.mark.parametrize("case", CASES, ids=IDS)
async def test_a_good_answer_needs_one_request(case: Case) -> None:
    server = Scripted(case.good())
    async with hub_on(server) as hub:
        await case.make(hub)
    (request,) = server.requests
    assert f"{request.method} {request.url.path}" == case.asks


@pytest.mark.parametrize("case", CASES, ids=IDS)
async def test_a_read_recovers_and_a_change_does_not_try(case: Case) -> None:
    server = Scripted(httpx.Response(503), case.good())
    async with hub_on(server) as hub:
        if case.changes or case.stream:
            with pytest.raises(errors.ServerError):
                await case.make(hub)
        else:
            await case.make(hub)
    assert len(server.requests) == (1 if case.changes or case.stream else 2)


MALFORMED = (
    b"",
    b"{",
    b"<html>",
    b'"text"',
    b"null",
    b"7",
    b"[" * 100_000,
    b'{"id": "\xff',
)


@pytest.mark.parametrize("body", MALFORMED, ids=lambda body: repr(body[:9]))
@pytest.mark.parametrize("case", CASES, ids=IDS)
async def test_a_malformed_answer_names_the_call(case: Case, body: bytes) -> None:
    server = Scripted(httpx.Response(200, content=body, headers={"x-request-id": "Root=1"}))
    async with hub_on(server) as hub:
        if case.any_body:
            await case.make(hub)
        else:
            with pytest.raises(errors.AnswerLost) as caught:
                await case.make(hub)
            assert caught.value.call == case.asks
    assert len(server.requests) == 1


MOVABLE = [case for case in CASES if case.changes and "/spaces/a/b/" in case.asks]


@pytest.mark.parametrize("redirect", [301, 302, 307, 308])
@pytest.mark.parametrize("case", MOVABLE, ids=lambda case: case.asks)
async def test_a_change_of_a_renamed_space_is_confirmed_and_repeated(
    case: Case, redirect: int
) -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        requests.append(request)
        path = request.url.path
        if path.startswith("/api/spaces/a/b"):
            new = path.replace("/a/b", "/c/d", 1)
            return httpx.Response(redirect, headers={"location": new})
        if request.method == "GET":
            return httpx.Response(200, json={"id": "c/d"})
        return case.good()

    requests: list[httpx.Request] = []
    async with hub_on(answer) as hub:
        await case.make(hub)
    first, confirmed, again = requests
    assert (confirmed.method, confirmed.url.path) == ("GET", "/api/spaces/c/d")
    assert again.url.path == first.url.path.replace("/a/b", "/c/d", 1)
    assert (again.method, again.content, again.url.query) == (
        first.method,
        first.content,
        first.url.query,
    )


@pytest.mark.parametrize("case", CASES, ids=IDS)
async def test_a_refusal_that_repeats_the_request_shows_no_secret(
    case: Case, caplog: pytest.LogCaptureFixture
) -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        return httpx.Response(403, json={"error": request.content.decode()})

    caplog.set_level(logging.DEBUG)
    async with hub_on(answer) as hub:
        with pytest.raises(HubError) as caught:
            await case.make(hub)
    shown = "".join(traceback.format_exception(caught.value)) + repr(caught.value) + caplog.text
    assert VALUE not in shown
    assert TOKEN not in shown


@pytest.mark.parametrize("case", CASES, ids=IDS)
async def test_the_token_goes_to_the_hub_and_not_into_a_sign_in(case: Case) -> None:
    server = Scripted(case.good())
    async with hub_on(server) as hub:
        await case.make(hub)
    (request,) = server.requests
    signing_in = case.asks.startswith("POST /oauth/")
    assert ("authorization" in request.headers) is not signing_in
    assert str(request.url).startswith(ENDPOINT) or request.url.host == "a-b--7887.hf.space"
