"""What a token may do, from what `whoami` says."""

from __future__ import annotations

from dataclasses import replace

import pytest

from spaces_tui.model.identity import Grant, Identity, Organization, Role
from spaces_tui.model.tokendoctor import Deed, May, examine, kind_of, may

WRITE = frozenset({"repo.write"})
ADA = Identity(
    "ada",
    token_role="write",
    organizations=(
        Organization("acme", Role.WRITE),
        Organization("club", Role.READ),
        Organization("lab", Role.CONTRIBUTOR),
        Organization("bank", Role.ADMIN, ("sso",)),
        Organization("odd", Role.UNKNOWN),
    ),
)
FINE = replace(ADA, token_role="fineGrained")


@pytest.mark.parametrize("deed", Deed)
@pytest.mark.parametrize("role", ["write", "god"])
def test_a_write_token_does_what_its_owner_may(deed: Deed, role: str) -> None:
    ada = replace(ADA, token_role=role)
    verdicts = {ward.owner: ward.alike for ward in examine(ada)}
    known = {owner: verdict and verdict.may for owner, verdict in verdicts.items()}
    assert known == {
        "ada": May.YES,
        "acme": May.YES,
        "club": May.NO,
        "lab": May.UNKNOWN,
        "bank": May.NO,
        "odd": May.UNKNOWN,
    }
    assert may(ada, deed, "ADA/Demo").may is May.YES
    assert may(ada, deed, "eve/demo").may is May.NO


def test_a_restriction_is_said_in_words() -> None:
    assert "single sign-on" in may(ADA, Deed.UPLOAD, "bank/x").reason


@pytest.mark.parametrize("deed", Deed)
def test_a_read_token_changes_nothing(deed: Deed) -> None:
    verdict = may(replace(ADA, token_role="read"), deed, "ada/demo")
    assert (verdict.may, verdict.reason) == (May.NO, "A read token changes nothing.")


def test_a_fine_grained_token_does_what_it_was_given() -> None:
    ada = replace(FINE, grants=(Grant("user", "ada", WRITE), Grant("org", "club", WRITE)))
    assert may(ada, Deed.DELETE, "ada/demo").may is May.YES
    assert may(ada, Deed.RESTART, "acme/demo").may is May.NO
    assert "repo.write" in may(ada, Deed.RESTART, "acme/demo").reason
    assert may(ada, Deed.RESTART, "club/demo").may is May.NO  # its owner may only read there


def test_a_token_for_one_space() -> None:
    ada = replace(FINE, grants=(Grant("space", "ada/demo", WRITE),))
    assert may(ada, Deed.SECRETS, "ada/demo").may is May.YES
    assert may(ada, Deed.DELETE, "ada/demo").may is May.NO
    assert may(ada, Deed.SECRETS, "ada/other").may is May.NO
    overall = may(ada, Deed.SECRETS, "ada")
    assert (overall.may, overall.reason) == (May.UNKNOWN, "Only for ada/demo.")


def test_permissions_that_say_nothing_of_writing() -> None:
    ada = replace(FINE, grants=(Grant("user", "ada", frozenset({"repo.content.read"})),))
    assert may(ada, Deed.UPLOAD, "ada").may is May.NO


@pytest.mark.parametrize(
    "identity",
    [
        FINE,
        replace(FINE, grants=(Grant("resource-group", "vision", WRITE),)),
        replace(ADA, token_role=None),
        replace(ADA, token_role="novel"),
    ],
)
def test_what_the_hub_does_not_say_is_unknown(identity: Identity) -> None:
    assert may(identity, Deed.UPLOAD, "ada/demo").may is May.UNKNOWN


def test_a_browser_sign_in_may_hide_its_organizations() -> None:
    signed_in = replace(ADA, token_role=None, organizations=())
    assert may(signed_in, Deed.UPLOAD, "acme/demo").may is May.UNKNOWN
    assert kind_of(signed_in) == "browser sign-in"


def test_kinds_have_names() -> None:
    assert kind_of(FINE) == "fine-grained token"
    assert kind_of(replace(ADA, token_role="novel")) == "token of the kind “novel”"
