"""The official client against the local Hub."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from huggingface_hub import HfApi
from huggingface_hub.utils._http import close_session

from spaces_tui.localhub.thread import LocalHub


@pytest.fixture
def api(local_hub: LocalHub) -> Iterator[HfApi]:
    """The official client as ada."""
    yield HfApi(endpoint=local_hub.url, token=local_hub.token("ada"))
    close_session()


@pytest.fixture
def bob(local_hub: LocalHub) -> Iterator[HfApi]:
    """The official client as bob."""
    yield HfApi(endpoint=local_hub.url, token=local_hub.token("bob"))
    close_session()


@pytest.fixture
def space(api: HfApi) -> str:
    """A Space the official client created, with an app."""
    api.create_repo("ada/demo", repo_type="space", space_sdk="gradio")
    api.upload_file(
        path_or_fileobj=b"print('hello')\n",
        path_in_repo="app.py",
        repo_id="ada/demo",
        repo_type="space",
    )
    return "ada/demo"
