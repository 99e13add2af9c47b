"""Reading repositories: trees, paths, downloads, history."""

from __future__ import annotations

import httpx
import pytest

from spaces_tui.localhub.thread import LocalHub


def paths(response: httpx.Response) -> list[str]:
    """Return the paths of entries."""
    return [entry["path"] for entry in response.json()]


@pytest.fixture
def tree(local_hub: LocalHub, space: str) -> str:
    """The address of the tree of a Space with folders."""
    local_hub.commit(space, {"src/a.py": "a", "src/deep/b.py": "bb", "z.txt": "z"}, title="Folders")
    return f"/api/spaces/{space}/tree/main"


def test_a_folder_lists_its_entries_with_full_paths(nobody: httpx.Client, tree: str) -> None:
    root = nobody.get(tree)
    assert paths(root) == [".gitattributes", "README.md", "app.py", "src", "z.txt"]
    assert list(root.json()[3]) == ["type", "oid", "size", "path"]
    assert root.json()[3]["type"] == "directory"
    assert paths(nobody.get(f"{tree}/src")) == ["src/a.py", "src/deep"]
    assert paths(nobody.get(f"{tree}/src%2Fdeep")) == ["src/deep/b.py"]


def test_a_recursive_listing_has_the_folders_too(nobody: httpx.Client, tree: str) -> None:
    found = paths(nobody.get(tree, params={"recursive": "true"}))
    assert found[3:] == ["src", "src/a.py", "src/deep", "src/deep/b.py", "z.txt"]


def test_pages_are_linked(nobody: httpx.Client, tree: str, local_hub: LocalHub) -> None:
    whole = paths(nobody.get(tree, params={"recursive": "true"}))
    response = nobody.get(tree, params={"recursive": "true", "limit": 3})
    found = paths(response)
    while "next" in response.links:
        address = response.links["next"]["url"]
        assert address.startswith(local_hub.url)
        response = nobody.get(address)
        found += paths(response)
    assert found == whole
    assert len(whole) == 8


def test_expanded_entries_name_the_last_commit(
    nobody: httpx.Client, tree: str, local_hub: LocalHub, space: str
) -> None:
    entries = {entry["path"]: entry for entry in nobody.get(tree, params={"expand": "true"}).json()}
    assert entries["src"]["lastCommit"]["id"] == local_hub.head(space)
    assert entries["src"]["lastCommit"]["title"] == "Folders"
    assert entries["README.md"]["lastCommit"]["title"] == "initial commit"
    assert entries["app.py"]["securityFileStatus"]["status"] == "safe"


@pytest.mark.parametrize("path", ["missing", "app.py", "src/none"])
def test_what_is_not_a_folder_is_not_listed(nobody: httpx.Client, tree: str, path: str) -> None:
    response = nobody.get(f"{tree}/{path}")
    assert response.status_code == 404
    assert response.headers["x-error-code"] == "EntryNotFound"


def test_a_missing_revision_is_named(nobody: httpx.Client, space: str) -> None:
    response = nobody.get(f"/api/spaces/{space}/tree/refs%2Fpr%2F3")
    assert response.status_code == 404
    assert response.headers["x-error-code"] == "RevisionNotFound"
    assert response.json()["error"] == "Invalid rev id: refs/pr/3"


def test_an_old_commit_is_a_revision(nobody: httpx.Client, space: str, local_hub: LocalHub) -> None:
    old = local_hub.head(space)
    local_hub.commit(space, {"app.py": None})
    assert "app.py" in paths(nobody.get(f"/api/spaces/{space}/tree/{old}"))
    assert "app.py" not in paths(nobody.get(f"/api/spaces/{space}/tree/main"))


def test_paths_info_takes_a_form_or_json_and_leaves_missing_out(
    nobody: httpx.Client, tree: str, space: str
) -> None:
    address = f"/api/spaces/{space}/paths-info/main"
    wanted = ["src", "nothing", "z.txt"]
    form = nobody.post(address, data={"paths": wanted, "expand": "true"})
    sent = nobody.post(address, json={"paths": wanted, "expand": True})
    assert paths(form) == ["src", "z.txt"]
    assert form.json() == sent.json()
    assert "lastCommit" in form.json()[0]
    assert nobody.post(address, json={"paths": ["x"] * 2001}).status_code == 413
    assert nobody.post(address, json=[]).status_code == 400


def test_downloads_have_the_commit_and_the_blob_id(
    nobody: httpx.Client, space: str, local_hub: LocalHub
) -> None:
    address = f"/spaces/{space}/resolve/main/app.py"
    response = nobody.get(address)
    assert response.content == b"print('hello')\n"
    assert response.headers["x-repo-commit"] == local_hub.head(space)
    entry = nobody.get(f"/api/spaces/{space}/tree/main").json()[2]
    assert response.headers["etag"] == f'"{entry["oid"]}"'
    assert response.headers["ratelimit"].startswith('"resolvers"')
    head = nobody.head(address)
    assert head.headers["content-length"] == str(len(response.content))
    assert head.content == b""
    attached = nobody.get(address, params={"download": "true"})
    assert attached.headers["content-disposition"].startswith("attachment")


@pytest.mark.parametrize(
    ("asked", "status", "content"),
    [
        ("bytes=0-4", 206, b"print"),
        ("bytes=5-", 206, b"('hello')\n"),
        ("bytes=-3", 206, b"')\n"),
        ("bytes=99-", 416, b""),
        ("lines=1-2", 200, b"print('hello')\n"),
    ],
)
def test_ranges(nobody: httpx.Client, space: str, asked: str, status: int, content: bytes) -> None:
    response = nobody.get(f"/spaces/{space}/resolve/main/app.py", headers={"Range": asked})
    assert (response.status_code, response.content) == (status, content)


def test_missing_downloads(nobody: httpx.Client, space: str) -> None:
    for address, code in (
        (f"/spaces/{space}/resolve/main/none.txt", "EntryNotFound"),
        (f"/spaces/{space}/resolve/dev/app.py", "RevisionNotFound"),
    ):
        response = nobody.get(address)
        assert (response.status_code, response.headers["x-error-code"]) == (404, code)


def test_history_comes_in_pages(nobody: httpx.Client, space: str, local_hub: LocalHub) -> None:
    for number in range(5):
        local_hub.commit(space, {"n.txt": str(number)}, title=f"Number {number}")
    address = f"/api/spaces/{space}/commits/main"
    first = nobody.get(address, params={"limit": 3})
    assert first.headers["x-total-count"] == "7"
    titles = [entry["title"] for entry in first.json()]
    second = nobody.get(first.links["next"]["url"])
    titles += [entry["title"] for entry in second.json()]
    assert titles[:5] == [f"Number {number}" for number in (4, 3, 2, 1, 0)]
    third = nobody.get(second.links["next"]["url"])
    assert [entry["title"] for entry in third.json()] == ["initial commit"]
    assert "next" not in third.links
    formatted = nobody.get(address, params={"expand": "formatted", "limit": 1}).json()[0]
    assert formatted["formatted"]["title"] == "Number 4"


def test_references(nobody: httpx.Client, space: str, local_hub: LocalHub) -> None:
    answer = nobody.get(f"/api/spaces/{space}/refs", params={"include_prs": "1"}).json()
    head = {"name": "main", "ref": "refs/heads/main", "targetCommit": local_hub.head(space)}
    assert answer == {"tags": [], "branches": [head], "converts": [], "pullRequests": []}
