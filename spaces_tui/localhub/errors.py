"""Refusals of the Hub, with the status, the code header and the texts it uses."""

from __future__ import annotations

CREDENTIALS = "Invalid credentials in Authorization header"
STALE_PARENT = "The branch was updated since you opened this page. Please refresh and try again."
COMMIT_QUOTA_TEXT = (
    "You have exceeded the rate limit for repository commits ({quota} per hour). "
    "You can retry this action in about 1 hour"
)
COMMIT_QUOTA = COMMIT_QUOTA_TEXT.format(quota=128)
QUOTA_RESTART = (
    "You've reached your cpu-basic quota limit, please upgrade your account, or pause your "
    "previous Spaces to restart this one"
)
DISABLED = "Access to this resource is disabled."
CREATION_LOCKED = "Cannot create repo: another conflicting operation is in progress"
NEEDS_PLAN = (
    "{what} requires a PRO subscription or a Team or Enterprise organization. "
    "Subscribe at https://huggingface.co/pro"
)
NEEDS_PRO = (
    "Static Spaces are free for everyone, but hosting Gradio and Docker Spaces on free cpu-basic "
    "requires a PRO subscription. Subscribe at https://huggingface.co/pro"
)


_OUT_OF_REACH = {
    "token-revoked": (
        "Your token has been revoked by the organization administrator, you can no longer access "
        "organization resources. Please contact them for more information."
    ),
    "token-policy": (
        "This organization only accepts fine-grained tokens that its administrators approved. "
        "Please use another token to access its resources."
    ),
    "mfa": "This organization requires two-factor authentication.",
    "sso": "This organization requires you to sign in with its identity provider.",
    "ip": "This organization does not accept requests from your address.",
}


class RefusedError(Exception):
    """An answer other than success. `code` is the value of `X-Error-Code`, if any."""

    def __init__(
        self, status: int, message: str, code: str | None = None, *, url: str | None = None
    ) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.code = code
        self.url = url


class MovedError(Exception):
    """The Space has a new name: the same request belongs to `location`."""

    def __init__(self, location: str) -> None:
        super().__init__(location)
        self.location = location


def no_repository(*, anonymous: bool) -> RefusedError:
    """A Space that is missing or not visible; strangers cannot tell which."""
    return RefusedError(401 if anonymous else 404, "Repository not found", "RepoNotFound")


def out_of_reach(why: str) -> RefusedError:
    """An organization that does not let this token in, for one of its `securityRestrictions`."""
    return RefusedError(403, _OUT_OF_REACH.get(why, "Access to this organization is restricted."))


def no_revision(revision: str) -> RefusedError:
    """A branch, tag or commit that does not exist."""
    return RefusedError(404, f"Invalid rev id: {revision}", "RevisionNotFound")


def no_entry(path: str) -> RefusedError:
    """A path that does not exist at that revision."""
    return RefusedError(404, f'Entry not found: "{path}"', "EntryNotFound")


def bad_request(message: str) -> RefusedError:
    """A request the Hub understands and will not carry out."""
    return RefusedError(400, message)


def invalid(message: str) -> RefusedError:
    """A body that breaks the schema."""
    return RefusedError(422, message)
