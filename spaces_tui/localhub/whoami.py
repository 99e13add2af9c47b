"""What accounts look like from outside: `whoami` and the public overviews."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from spaces_tui.localhub.accounts import Accounts, Organization, Person, Token
from spaces_tui.localhub.dates import iso


def whoami(token: Token) -> dict[str, Any]:
    """Return the answer of `GET /api/whoami-v2`, key order as documented."""
    person = token.person
    return {
        "type": "user",
        "id": person.oid,
        "name": person.name,
        "fullname": person.fullname,
        "email": f"{person.name}@example.org",
        "emailVerified": True,
        "canPay": person.can_pay,
        "billingMode": "prepaid",
        "periodEnd": int(token.created) + 20 * 86_400 if person.is_pro else None,
        "isPro": person.is_pro,
        "avatarUrl": _avatar(person.oid),
        "orgs": list(_organization_entries(token)),
        "auth": _auth(token),
    }


def user_overview(person: Person, spaces: int) -> dict[str, Any]:
    """Return a person's public profile."""
    return {
        "_id": person.oid,
        "avatarUrl": _avatar(person.oid),
        "isPro": person.is_pro,
        "fullname": person.fullname,
        "numModels": 0,
        "numDatasets": 0,
        "numSpaces": spaces,
        "numDiscussions": 0,
        "numPapers": 0,
        "numUpvotes": 0,
        "numLikes": 0,
        "numFollowers": 0,
        "numFollowing": 0,
        "orgs": [
            {
                "id": place.organization.oid,
                "name": place.organization.name,
                "fullname": place.organization.fullname,
                "avatarUrl": _avatar(place.organization.oid),
            }
            for place in person.memberships
        ],
        "user": person.name,
        "type": "user",
    }


def organization_overview(org: Organization, users: int, spaces: int) -> dict[str, Any]:
    """Return an organization's public profile."""
    entry: dict[str, Any] = {
        "_id": org.oid,
        "avatarUrl": _avatar(org.oid),
        "fullname": org.fullname,
        "name": org.name,
        "type": "org",
        "isVerified": False,
        "numUsers": users,
        "numModels": 0,
        "numDatasets": 0,
        "numSpaces": spaces,
        "numFollowers": 0,
    }
    return entry | ({"plan": org.plan} if org.plan else {})


def members(accounts: Accounts, organization: str) -> list[dict[str, Any]]:
    """Return the public list of an organization's members."""
    return [
        {
            "_id": person.oid,
            "avatarUrl": _avatar(person.oid),
            "fullname": person.fullname,
            "isPro": person.is_pro,
            "user": person.name,
            "type": "user",
            "role": person.role_in(organization),
        }
        for person in accounts.people.values()
        if person.role_in(organization) and person.name != organization
    ]


def _avatar(oid: str) -> str:
    return f"/avatars/{oid}.svg"


def _organization_entries(token: Token) -> Iterator[dict[str, Any]]:
    for place in token.person.memberships:
        org = place.organization
        if token.role == "oauth" and "read-memberships" not in token.grants:
            continue
        entry: dict[str, Any] = {
            "type": "org",
            "id": org.oid,
            "name": org.name,
            "fullname": org.fullname,
            "email": None,
            "canPay": org.plan is not None,
            "billingMode": "postpaid" if org.plan else "prepaid",
            "periodEnd": None,
            "avatarUrl": _avatar(org.oid),
        }
        if org.plan:
            entry["plan"] = org.plan
        entry["roleInOrg"] = place.role
        if (why := token.restriction(org.name)) is not None:
            entry["securityRestrictions"] = [why]
        yield entry


def _auth(token: Token) -> dict[str, Any]:
    if token.role == "oauth":
        auth: dict[str, Any] = {"type": "oauth"}
        return auth | ({"expiresAt": iso(token.expires)} if token.expires else {})
    access: dict[str, Any] = {
        "displayName": token.display_name,
        "role": token.role,
        "createdAt": iso(token.created),
    }
    if token.role == "fineGrained":
        access["fineGrained"] = {
            "canReadGatedRepos": False,
            "global": [],
            "scoped": [
                {
                    "entity": {"_id": scope.oid, "type": scope.kind, "name": scope.name},
                    "permissions": list(scope.permissions),
                }
                for scope in token.scopes
            ],
        }
    auth = {"type": "access_token", "accessToken": access}
    return auth | ({"expiresAt": iso(token.expires)} if token.expires else {})
