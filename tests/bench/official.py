"""What is measured, done by the official client: `python -m tests.bench.official {way} …`.

The counterpart of `ours.py`, way by way; it prints the cost.
"""

from __future__ import annotations

import os
import sys
from collections import deque
from collections.abc import Callable
from typing import Any, Final

from huggingface_hub import HfApi, SpaceInfo
from huggingface_hub.utils._headers import build_hf_headers
from huggingface_hub.utils._pagination import paginate

from spaces_tui.hub.spaces import DASHBOARD
from tests.bench.cost import Cost, Meter, told

_DEFAULT_PAGE: Final = 1000
"""What the Hub sends when no limit is given."""


def paging(client: HfApi, author: str, page: str) -> Cost:
    """List all Spaces of an account and keep them.

    `limit` of `list_spaces` is the size of a page and of the whole list in one. So smaller pages
    than the Hub's own are asked for by what it is made of.
    """
    expand: list[Any] = list(DASHBOARD)
    with Meter() as meter:
        if int(page) == _DEFAULT_PAGE:
            spaces = list(client.list_spaces(author=author, expand=expand))
        else:
            asked = {"author": author, "limit": int(page), "expand": expand}
            address = f"{client.endpoint}/api/spaces"
            items = paginate(address, params=asked, headers=build_hf_headers(token=client.token))
            spaces = [
                SpaceInfo(**{"siblings": None, **item})  # type: ignore[no-untyped-call] # theirs
                for item in items
            ]
    return meter.cost(len(spaces))


def logs(client: HfApi, space: str, lines: str) -> Cost:
    """Follow a run log until so many lines are kept, in a bounded list of strings."""
    kept: deque[str] = deque(maxlen=int(lines))
    with Meter() as meter:
        for line in client.fetch_space_logs(space, follow=True):
            kept.append(line)
            if len(kept) == int(lines):
                break
    return meter.cost(len(kept))


def large(client: HfApi, space: str, file: str) -> Cost:
    """Upload a large file and commit it."""
    with Meter() as meter:
        client.upload_file(
            path_or_fileobj=file,
            path_in_repo="data/large.bin",
            repo_id=space,
            repo_type="space",
            commit_message="Add a large file",
        )
    return meter.cost(1)


def many(client: HfApi, space: str, folder: str) -> Cost:
    """Upload a folder of small files in one commit."""
    with Meter() as meter:
        client.upload_folder(folder_path=folder, repo_id=space, repo_type="space")
    return meter.cost(len(client.list_repo_files(space, repo_type="space")))


WAYS: Final[dict[str, Callable[..., Cost]]] = {
    "paging": paging,
    "logs": logs,
    "large": large,
    "many": many,
}


def main(way: str, *arguments: str) -> None:
    """Do one of the ways on the Hub that the environment names."""
    client = HfApi(endpoint=os.environ["HF_ENDPOINT"], token=os.environ["HF_TOKEN"])
    client.whoami()
    told(WAYS[way](client, *arguments))


if __name__ == "__main__":
    main(*sys.argv[1:])
