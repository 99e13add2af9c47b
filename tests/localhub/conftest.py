"""Clients of the local Hub: plain HTTP, independent of our own and of the official one."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest

from spaces_tui.localhub.thread import LocalHub


def connect(hub: LocalHub, token: str | None) -> httpx.Client:
    """Return a client with a token, or an anonymous one."""
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    # Loading certificates takes longer than most of these tests.
    return httpx.Client(base_url=hub.url, headers=headers, trust_env=False, verify=False)


@pytest.fixture
def ada(local_hub: LocalHub) -> Iterator[httpx.Client]:
    """The PRO person, with her write token."""
    with connect(local_hub, local_hub.token("ada")) as client:
        yield client


@pytest.fixture
def ada_reading(local_hub: LocalHub) -> Iterator[httpx.Client]:
    """The PRO person, with her read token."""
    with connect(local_hub, local_hub.token("ada", "read")) as client:
        yield client


@pytest.fixture
def bob(local_hub: LocalHub) -> Iterator[httpx.Client]:
    """The person on the free plan, with his write token."""
    with connect(local_hub, local_hub.token("bob")) as client:
        yield client


@pytest.fixture
def nobody(local_hub: LocalHub) -> Iterator[httpx.Client]:
    """Somebody who is not signed in."""
    with connect(local_hub, None) as client:
        yield client


@pytest.fixture
def space(local_hub: LocalHub) -> str:
    """A running Gradio Space of ada's with one app file, and its id."""
    local_hub.create("ada/demo", files={"app.py": "print('hello')\n"})
    return "ada/demo"
