"""What an unhappy answer means."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spaces_tui.hub import errors
from spaces_tui.hub.errors import HubError, RateLimited
from spaces_tui.hub.failures import Failure

SPACE = "GET /api/spaces/ada/demo"
JSON = "application/json; charset=utf-8"


def failure(
    status: int,
    body: object = b"",
    *,
    call: str = SPACE,
    kind: str = JSON,
    token: bool = True,
    **headers: str,
) -> HubError:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Failure(call, status, {"content-type": kind, **named}, raw, token, "Root=1-x").error()


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (400, errors.BadRequest),
        (402, errors.PaymentRequired),
        (403, errors.Forbidden),
        (404, errors.NotFound),
        (405, errors.BadRequest),
        (406, errors.NotMeasurable),
        (408, errors.ServerError),
        (409, errors.Conflict),
        (412, errors.Moved),
        (413, errors.BadRequest),
        (416, errors.BadRequest),
        (422, errors.BadRequest),
        (429, errors.RateLimited),
        (500, errors.ServerError),
        (502, errors.ServerError),
        (503, errors.ServerError),
        (504, errors.ServerError),
        (304, errors.Redirected),
    ],
)
def test_status(status: int, kind: type[HubError]) -> None:
    error = failure(status)
    assert type(error) is kind
    assert error.status == status
    assert error.request_id == "Root=1-x"
    assert error.call == SPACE
    assert error.message


@pytest.mark.parametrize(
    ("status", "code", "kind"),
    [
        (404, "RepoNotFound", errors.RepositoryNotFound),
        (401, "RepoNotFound", errors.RepositoryNotFound),
        (404, "RevisionNotFound", errors.RevisionNotFound),
        (404, "EntryNotFound", errors.EntryNotFound),
        (403, "GatedRepo", errors.Forbidden),
        (401, "GatedRepo", errors.Forbidden),
        (404, "SomethingNew", errors.NotFound),
    ],
)
def test_code(status: int, code: str, kind: type[HubError]) -> None:
    error = failure(status, {"error": "x"}, x_error_code=code)
    assert type(error) is kind
    assert error.code == code


@pytest.mark.parametrize(
    ("call", "message", "token", "kind"),
    [
        (SPACE, "Invalid credentials in Authorization header", True, errors.Unauthorized),
        (SPACE, "Invalid username or password.", True, errors.Unauthorized),
        (SPACE, "Repository not found", True, errors.NotFoundOrPrivate),
        (SPACE, "", False, errors.NotFoundOrPrivate),
        ("GET /spaces/ada/demo/resolve/main/a", "", False, errors.NotFoundOrPrivate),
        ("GET /api/whoami-v2", "", True, errors.Unauthorized),
        ("GET /api/whoami-v2", "Repository not found", True, errors.Unauthorized),
        ("GET /api/spaces/zero-gpu/quota", "", True, errors.Unauthorized),
        ("GET /api/spaces", "", True, errors.Unauthorized),
    ],
)
def test_401(call: str, message: str, token: bool, kind: type[HubError]) -> None:
    error = failure(401, {"error": message}, call=call, token=token)
    assert type(error) is kind


def test_a_bad_token_is_one_even_with_a_code() -> None:
    text = "Invalid credentials in Authorization header"
    assert type(failure(401, x_error_code="RepoNotFound", x_error_message=text)) is (
        errors.Unauthorized
    )


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({"error": "one"}, "one"),
        ({"error": ["one", "two", "one"]}, "one\ntwo"),
        ({"error": "invalid_grant", "error_description": "why"}, "invalid_grant\nwhy"),
        ({"errors": [{"message": "one"}, {"message": "two", "type": "x"}]}, "one\ntwo"),
        ({"message": "one"}, "one"),
        ("one", "one"),
        (b"plain text", "plain text"),
        ({"error": {"message": "deep"}}, "deep"),
        ({"error": "e\x1b[31mvil\u202e"}, "evil"),
    ],
)
def test_messages(body: object, message: str) -> None:
    assert failure(400, body).message == message


def test_header_and_body_are_joined_without_repeating() -> None:
    error = failure(400, {"error": ["same", "more"]}, x_error_message="same")
    assert error.message == "same\nmore"


@pytest.mark.parametrize("kind", ["text/html; charset=utf-8", "text/plain", ""])
def test_html_is_dropped(kind: str) -> None:
    error = failure(502, b"<!DOCTYPE html><h1>Bad gateway</h1>", kind=kind)
    assert error.message == "The Hub failed with status 502."


def test_throttled_by_the_window() -> None:
    error = failure(429, ratelimit='"api";r=0;t=41')
    assert isinstance(error, RateLimited)
    assert not error.by_action
    assert error.retry_after == 42


def test_throttled_by_the_action() -> None:
    error = failure(429, ratelimit='"api";r=400;t=41')
    assert isinstance(error, RateLimited)
    assert error.by_action
    assert error.retry_after is None


def test_throttled_with_retry_after() -> None:
    error = failure(429, retry_after="10", ratelimit='"api";r=400;t=41')
    assert error.retry_after == 11
    assert failure(429).retry_after is None


def test_an_error_as_text_names_the_call_and_never_more() -> None:
    error = failure(403, {"error": "no"})
    assert str(error) == "GET /api/spaces/ada/demo (403): no"


@given(
    st.integers(300, 599),
    st.recursive(
        st.none() | st.booleans() | st.text(max_size=9) | st.integers(),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(["error", "errors", "message", "error_description"]), inner
            )
        ),
        max_leaves=9,
    ),
)
def test_no_body_breaks_it(status: int, body: object) -> None:
    assert isinstance(failure(status, body), HubError)


@given(st.binary(max_size=200))
def test_no_bytes_break_it(body: bytes) -> None:
    assert failure(400, body).message


def test_a_deeply_nested_body_does_not_break_it() -> None:
    assert failure(400, b"[" * 60_000).message
