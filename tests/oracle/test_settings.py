"""The official client sets up, drives and searches Spaces of the local Hub."""

from __future__ import annotations

import pytest
from huggingface_hub import HfApi, Volume
from huggingface_hub.errors import BadRequestError, HfHubHTTPError, RepositoryNotFoundError
from huggingface_hub.hf_api import SpaceHardware  # type: ignore[attr-defined] # not in its list

from spaces_tui.localhub.thread import LocalHub

pytestmark = pytest.mark.oracle

POND = "bob/quiet-pond"


def status(error: pytest.ExceptionInfo[HfHubHTTPError]) -> int:
    """Return the status of a refusal."""
    return error.value.response.status_code


def test_secrets(api: HfApi, space: str, local_hub: LocalHub) -> None:
    assert api.get_space_secrets(space) == {}
    api.add_space_secret(space, "bar", "123", description="This is a secret")
    api.add_space_secret(space, "token", "456")
    api.delete_space_secret(space, "gh_api_key")
    found = api.get_space_secrets(space)
    assert (found["bar"].key, found["bar"].description) == ("bar", "This is a secret")
    assert found["token"].updated_at is not None
    assert local_hub.secret_values(space) == {"bar": "123", "token": "456"}
    api.delete_space_secret(space, "bar")
    assert list(api.get_space_secrets(space)) == ["token"]
    with pytest.raises(BadRequestError):
        api.add_space_secret(space, "no-dash", "x")


def test_variables(api: HfApi, space: str) -> None:
    assert api.get_space_variables(space) == {}
    api.add_space_variable(space, "foo", "123")
    api.add_space_variable(space, "PAPER", "arXiv", description="found it there")
    changed = api.add_space_variable(space, "foo", "456", description="updated")
    assert (changed["foo"].value, changed["foo"].description) == ("456", "updated")
    assert changed["PAPER"].updated_at is not None
    assert list(api.delete_space_variable(space, "missing_key")) == ["foo", "PAPER"]
    assert list(api.delete_space_variable(space, "foo")) == ["PAPER"]


def test_hardware_and_sleep(api: HfApi, bob: HfApi, space: str, local_hub: LocalHub) -> None:
    prices = {item.name: item for item in api.list_spaces_hardware()}
    assert prices["t4-small"].unit_label == "minute"
    assert prices["t4-small"].unit_cost_micro_usd == 6667
    local_hub.wait_stage(space, "RUNNING")
    local_hub.timing(start=1000)
    asked = api.request_space_hardware(space, SpaceHardware.T4_SMALL, sleep_time=3600)
    assert (asked.hardware, asked.requested_hardware) == ("cpu-basic", "t4-small")
    assert asked.sleep_time == 3600
    local_hub.advance(10_000)
    local_hub.wait_stage(space, "RUNNING", "SLEEPING")
    assert api.set_space_sleep_time(space, 60).sleep_time == 60
    assert api.set_space_sleep_time(space, -1).sleep_time is None
    with pytest.raises(HfHubHTTPError) as refused:
        bob.request_space_hardware(POND, SpaceHardware.T4_SMALL)
    assert status(refused) == 403
    with pytest.warns(UserWarning, match="48 hours"):
        assert bob.set_space_sleep_time(POND, 60).sleep_time == 172_800


def test_dev_mode(api: HfApi, bob: HfApi, space: str) -> None:
    assert api.enable_space_dev_mode(space).dev_mode is True
    assert api.disable_space_dev_mode(space).dev_mode is False
    with pytest.raises(HfHubHTTPError) as refused:
        bob.enable_space_dev_mode(POND)
    assert status(refused) == 402


def test_volumes(api: HfApi, space: str) -> None:
    bucket = Volume(type="bucket", source="ada/data", mount_path="/data")
    corpus = Volume(type="dataset", source="acme/corpus", mount_path="/corpus", path="train")
    api.set_space_volumes(space, [bucket, corpus])
    mounted = api.get_space_runtime(space).volumes
    assert mounted is not None
    assert [(item.source, item.read_only, item.revision) for item in mounted] == [
        ("ada/data", False, None),
        ("acme/corpus", True, "main"),
    ]
    api.delete_space_volumes(space)
    assert api.get_space_runtime(space).volumes is None
    with pytest.raises(BadRequestError):
        api.delete_space_volumes(space)


def test_zero_gpu_quota(api: HfApi, local_hub: LocalHub) -> None:
    assert api.get_zero_gpu_quota().resets_at is None
    local_hub.use_gpu("ada", 400)
    quota = api.get_zero_gpu_quota()
    assert (quota.base, quota.remaining) == (2400, 2000)
    assert quota.resets_at is not None
    with pytest.raises(HfHubHTTPError, match="401"):
        HfApi(endpoint=local_hub.url).get_zero_gpu_quota(token=False)


def test_create_with_everything(api: HfApi, local_hub: LocalHub) -> None:
    url = api.create_repo(
        "acme/full",
        repo_type="space",
        space_sdk="gradio",
        space_hardware=SpaceHardware.T4_MEDIUM,
        space_sleep_time=600,
        space_secrets=[{"key": "S", "value": "1"}],
        space_variables=[{"key": "V", "value": "2", "description": "two"}],
        space_volumes=[Volume(type="model", source="acme/m", mount_path="/m")],
        visibility="protected",
        region="eu",
    )
    assert url.repo_id == "acme/full"
    runtime = api.get_space_runtime("acme/full")
    assert (runtime.requested_hardware, runtime.sleep_time) == ("t4-medium", 600)
    assert runtime.volumes is not None
    assert list(api.get_space_variables("acme/full")) == ["V"]
    assert local_hub.secret_values("acme/full") == {"S": "1"}
    (repo,) = [item for item in api.list_user_repos("acme") if item.id == "acme/full"]
    assert (repo.visibility, repo.type) == ("protected", "space")
    local_hub.lock_creation(count=2)
    api.create_repo("ada/patient", repo_type="space", space_sdk="static")
    assert api.repo_exists("ada/patient", repo_type="space")


def test_templates(api: HfApi, local_hub: LocalHub) -> None:
    templates = {template.name: template for template in api.list_space_templates()}
    assert templates["JupyterLab"].preferred_private is True
    api.create_repo("ada/lab", repo_type="space", space_template="jupyterlab")
    assert api.space_info("ada/lab").private is True
    assert "Dockerfile" in local_hub.files("ada/lab")


def test_duplicates(api: HfApi, space: str, local_hub: LocalHub) -> None:
    api.add_space_variable(space, "MODE", "x")
    api.add_space_secret(space, "KEY", "y")
    url = api.duplicate_repo(
        space, "acme/copy", repo_type="space", space_hardware=SpaceHardware.T4_SMALL
    )
    assert (url.repo_id, url.files_copy_pending) == ("acme/copy", False)
    assert list(api.get_space_variables("acme/copy")) == ["MODE"]
    assert api.get_space_secrets("acme/copy") == {}
    assert api.get_space_runtime("acme/copy").requested_hardware == "t4-small"
    again = api.duplicate_repo(space, "acme/copy", repo_type="space", exist_ok=True)
    assert again.repo_id == "acme/copy"
    with pytest.raises(HfHubHTTPError) as refused:
        api.duplicate_repo(space, "acme/copy", repo_type="space")
    assert status(refused) == 409


def test_moves_and_settings(api: HfApi, bob: HfApi, space: str) -> None:
    api.move_repo(space, "acme/moved", repo_type="space")
    assert api.space_info(space).id == "acme/moved"
    with pytest.raises(HfHubHTTPError):
        api.move_repo("acme/moved", POND, repo_type="space")
    api.update_repo_settings("acme/moved", visibility="private", repo_type="space")
    with pytest.raises(RepositoryNotFoundError):
        bob.space_info("acme/moved")
    api.update_repo_settings("acme/moved", private=False, gated="auto", repo_type="space")
    assert api.space_info("acme/moved").gated == "auto"
    with pytest.raises(HfHubHTTPError) as refused:
        bob.update_repo_settings(POND, visibility="protected", repo_type="space")
    assert status(refused) == 402


def test_search_and_profiles(api: HfApi, space: str, local_hub: LocalHub) -> None:
    local_hub.create("acme/photo-upscaler")
    best, *_others = api.search_spaces("upscale photo")
    assert best.id == "acme/photo-upscaler"
    (found_one,) = api.search_spaces("upscaler", sdk="gradio")
    assert (found_one.id, found_one.sdk) == ("acme/photo-upscaler", "gradio")
    assert found_one.runtime is not None
    assert api.get_user_overview("ada").is_pro is True
    assert api.get_organization_overview("acme").num_users == 2
    assert [user.username for user in api.list_organization_members("acme")] == ["ada", "mia"]
    mine = {item.id: item.visibility for item in api.list_user_repos()}
    assert mine == {space: "public"}
