# ruff: noqa: N818 - the names say what happened; "Error" at the end of all would add nothing.
"""Everything that can go wrong between us and the Hub.

    HubError
    ├── InvalidEndpoint         the endpoint is not an http(s) address
    ├── InvalidSpaceId          not of the form owner/name
    ├── InvalidKey              not a name a secret or variable can have
    ├── Unauthorized            401: the token is wrong or expired, or one is needed
    │   ├── InvalidToken        it cannot even be sent: blanks or characters outside ASCII
    │   └── Withheld            there is none to ask with (any more): nothing was sent
    ├── PaymentRequired         402: a plan or credit is needed
    ├── Forbidden               403: role, organization policy, quota, payment method
    ├── NotFound                404
    │   ├── NotFoundOrPrivate   the repository is missing, or this identity may not see it
    │   │   └── RepositoryNotFound   the Hub named the repository as what is missing
    │   ├── RevisionNotFound    branch, tag or commit
    │   └── EntryNotFound       a path at that revision
    ├── NotMeasurable           406: nothing runs, so there is nothing to measure
    ├── Conflict                409: the name is taken, or another operation is under way
    ├── Moved                   412: the parent of a commit is not the head any more
    ├── BadRequest              400, 413, 422 and every other 4xx: the Hub will not take this
    ├── RateLimited             429
    ├── ServerError             408 and 5xx: passing; a request that changes may have taken effect
    ├── Unreachable             nothing was sent: no name, no connection
    ├── AnswerLost              sent, but no answer one can rely on came back
    ├── Untrusted               TLS, or a redirect to an origin that is not the endpoint's
    ├── Redirected              too many redirects, or one that cannot be followed
    │   └── SpaceRenamed        a change was sent to a Space's old name
    ├── TooLarge                a download beyond the caller's limit
    ├── SourceChanged           a file changed on disk while it was being uploaded
    ├── LoginPending            the person has not finished signing in yet
    └── LoginRefused            nobody will be signed in this way: expired, denied, unknown app

Messages come from strangers: they are cleaned here and never hold headers, queries or tokens.
"""

from __future__ import annotations

from typing import ClassVar, TypedDict

from spaces_tui.model.text import clean


class HubError(Exception):
    """A call of the Hub failed.

    Attributes:
        message: one or a few sentences for a person, from the Hub where it sent some.
        call: method and path, such as `POST /api/spaces/ada/demo/pause`; empty if none was made.
        status: HTTP status, None without an answer.
        code: the Hub's `X-Error-Code`.
        request_id: the Hub's id of the request; without an answer, the trace id we sent.
        retry_after: seconds the Hub asks to wait, when it says so.
    """

    hint: ClassVar[str] = ""
    """What a person can do about it; empty when the message is all there is to say."""

    def __init__(
        self,
        message: str,
        *,
        call: str = "",
        status: int | None = None,
        code: str | None = None,
        request_id: str | None = None,
        retry_after: float | None = None,
    ) -> None:
        self.message = clean(message).strip()
        super().__init__(self.message)
        self.call = call
        self.status = status
        self.code = code
        self.request_id = request_id
        self.retry_after = retry_after

    def __str__(self) -> str:
        if not self.call:
            return self.message
        status = f" ({self.status})" if self.status else ""
        return f"{self.call}{status}: {self.message}"


class InvalidEndpoint(HubError):
    """The endpoint is not an http(s) address."""


class InvalidSpaceId(HubError):
    """A Space's id is not of the form `owner/name`."""


class InvalidKey(HubError):
    """A secret's or variable's name that the Hub would not take; nothing was sent."""


class Unauthorized(HubError):
    """The token is wrong, expired or revoked; or one is needed and none was sent."""

    hint = "Sign in with another token: spaces-tui login."


class InvalidToken(Unauthorized):
    """The token has characters that no token has; it was not sent."""


class Withheld(Unauthorized):
    """The identity has no token that may be used; nothing was sent. The message says it all."""

    hint = ""


class PaymentRequired(HubError):
    """A plan or credit is needed."""

    hint = "The account's plan does not cover this."


class Forbidden(HubError):
    """The identity may not do this."""

    hint = "The token's role, the organization or a quota does not allow this."


class NotFound(HubError):
    """Something is not there."""


class NotFoundOrPrivate(NotFound):
    """The repository is missing, or this identity may not see it; the Hub does not say which."""

    hint = "Check the name, and that this account may see it."


class RepositoryNotFound(NotFoundOrPrivate):
    """The Hub named the repository as what is missing (or not visible)."""


class RevisionNotFound(NotFound):
    """The branch, tag or commit is not there."""


class EntryNotFound(NotFound):
    """The path is not there at that revision. In a commit: one deletion too many."""


class NotMeasurable(HubError):
    """Nothing runs, so there is nothing to measure (406, `Space is stale`)."""


class Conflict(HubError):
    """The name is taken, or another operation is under way.

    Attributes:
        url: what has the name, where the Hub says so; None also for an operation under way.
    """

    url: str | None = None


class Moved(HubError):
    """The branch moved on since the parent of this commit; nothing was changed."""


class BadRequest(HubError):
    """The Hub will not take this request as it is."""


class RateLimited(HubError):
    """Too many requests; nothing was done.

    Attributes:
        by_action: a quota of this one action is used up (such as commits), while the general
            one still has requests left.
    """

    hint = "The Hub asks to slow down; this passes by itself."

    def __init__(
        self,
        message: str,
        *,
        by_action: bool = False,
        call: str = "",
        status: int | None = 429,
        code: str | None = None,
        request_id: str | None = None,
        retry_after: float | None = None,
    ) -> None:
        super().__init__(
            message,
            call=call,
            status=status,
            code=code,
            request_id=request_id,
            retry_after=retry_after,
        )
        self.by_action = by_action


class ServerError(HubError):
    """The Hub failed. A request that changes something may have taken effect all the same."""

    hint = "The Hub has a problem; this usually passes."


class Unreachable(HubError):
    """There was no connection: nothing was sent, so nothing was done."""

    hint = "Check the network, a proxy, or the endpoint's address."


class AnswerLost(HubError):
    """The request was sent, but no answer one can rely on came: it may have been done or not."""


class Untrusted(HubError):
    """The other side cannot be trusted: its certificate, or where it sends us."""

    hint = "Something on the network may be in between: a proxy, a sign-in page."


class Redirected(HubError):
    """A redirect that was not followed; nothing was done."""


class SpaceRenamed(Redirected):
    """A request that changes something was redirected; nothing was done.

    Attributes:
        new_id: the Space the redirect names, None when it names none.
    """

    def __init__(
        self,
        message: str,
        *,
        new_id: str | None,
        call: str,
        status: int,
        request_id: str | None,
    ) -> None:
        super().__init__(message, call=call, status=status, request_id=request_id)
        self.new_id = new_id


class TooLarge(HubError):
    """A download is larger than the caller wants it."""


class SourceChanged(HubError):
    """A file on disk is not any more what it was when its upload began; begin again."""


class LoginPending(HubError):
    """The person has not finished signing in.

    Attributes:
        slow_down: we asked too often: wait five seconds longer each time.
    """

    def __init__(self, message: str, *, slow_down: bool, like: HubError | None = None) -> None:
        super().__init__(message, **_like(like))
        self.slow_down = slow_down


class LoginRefused(HubError):
    """Nobody will be signed in this way.

    Attributes:
        reason: the word of OAuth for it, such as `access_denied`; empty for another one.
    """

    hint = "Begin signing in again."

    def __init__(self, message: str, *, reason: str, like: HubError | None = None) -> None:
        super().__init__(message, **_like(like))
        self.reason = reason


class _Common(TypedDict, total=False):
    call: str
    status: int | None
    code: str | None
    request_id: str | None
    retry_after: float | None


def _like(error: HubError | None) -> _Common:
    """Return what two errors about the same answer have in common."""
    if error is None:
        return {}
    return {
        "call": error.call,
        "status": error.status,
        "code": error.code,
        "request_id": error.request_id,
        "retry_after": error.retry_after,
    }
