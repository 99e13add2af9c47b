"""Refusals of the Hub, with the status, the code header and the texts it uses."""

from __future__ import annotations

CREDENTIALS = "Invalid credentials in Authorization header"
STALE_PARENT = "The branch was updated since you opened this page. Please refresh and try again."
COMMIT_QUOTA = (
    "You have exceeded the rate limit for repository commits (128 per hour). "
    "You can retry this action in about 1 hour"
)
QUOTA_RESTART = (
    "You've reached your cpu-basic quota limit, please upgrade your account, or pause your "
    "previous Spaces to restart this one"
)
NEEDS_PRO = (
    "Static Spaces are free for everyone, but hosting Gradio and Docker Spaces on free cpu-basic "
    "requires a PRO subscription. Subscribe at https://huggingface.co/pro"
)


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
