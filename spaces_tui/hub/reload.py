"""The report of a hot reload, which the running app itself gives on a host of its own.

A commit with `hot_reload` patches a running Gradio process (6.1 or newer) when it changes one
Python file. Once the Hub's `sha` is that commit, `hot_reloading` of the runtime says what became
of it: None is an ordinary build, any status but `created` a failure. Each replica then tells the
details here. A failed reload leaves the commit in place: the repository is ahead of the process.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator
from typing import Final
from urllib.parse import urlsplit

from spaces_tui.hub.calls import Bearer, Call
from spaces_tui.hub.endpoint import Endpoint, quoted
from spaces_tui.hub.errors import NotFound, Untrusted
from spaces_tui.hub.read_hotreload import read_reload_event
from spaces_tui.hub.sse import EventDecoder
from spaces_tui.hub.wire import Wire
from spaces_tui.model.hotreload import ReloadEvent

_PORT: Final = "--7887"
_APPS: Final = ".hf.space"
"""Where apps are; our token goes to no host outside."""
_WAITS: Final = (0.5, 0.5, 1.0, *([2.0] * 9))
"""Seconds between two questions for a report that is not there yet: 20 in all."""
_SILENCE: Final = 20.0
_NOT_YET: Final = 204


async def reload_report(
    wire: Wire, *, host: str, subdomain: str, replica: str, commit: str
) -> AsyncGenerator[ReloadEvent, None]:
    """Yield what one replica reports of the reload to `commit`; it ends by itself.

    Args:
        wire: the way to the Hub; it also knows where apps are.
        host: the app's own address, as the Hub tells it.
        subdomain: the app's name in that address, as the Hub tells it.
        replica: hash of the replica.
        commit: the commit that was hot-reloaded.

    Raises:
        NotFound: the replica does not know this reload, 20 seconds long.
        Untrusted: the address is not one of an app's.
        AnswerLost: it broke, or was silent for 20 seconds.
    """
    base = report_base(wire.endpoint, host, subdomain)
    path = f"/--replicas/+{quoted(replica)}/get-reload"
    call = Call(
        "POST",
        path,
        accept="text/event-stream",
        read_seconds=_SILENCE,
        bearer=Bearer.HOST,
        headers=(("Host", urlsplit(base).netloc),),
    ).with_json({"reloadId": commit})
    url = wire.app_origin(base) + path
    if wire.endpoint.loopback and not wire.endpoint.mine(url):
        raise Untrusted("The app of a Hub on this machine is said to be somewhere else.")
    for wait in (0.0, *_WAITS):
        if wait:
            await wire.nap(wait)
        async with wire.stream(call, url) as arrived:
            if arrived.status == _NOT_YET:
                continue
            decoder = EventDecoder()
            async for chunk in arrived.chunks:
                for event in decoder.feed(chunk):
                    if event.name in ("", "message") and (line := read_reload_event(event.data)):
                        yield line
            return
    raise NotFound("The app knows nothing of this reload.", call=call.name, status=_NOT_YET)


def report_base(endpoint: Endpoint, host: str, subdomain: str) -> str:
    """Return where an app with this address gives its reports, without a trailing slash.

    A Hub of one's own may have its apps below its own origin.

    Raises:
        Untrusted: the address is not one of an app's, so that no token may go there.
    """
    if subdomain and subdomain.replace("-", "").isalnum():
        if host.rstrip("/") == f"https://{subdomain}{_APPS}":
            return f"https://{subdomain}{_PORT}{_APPS}"
        if endpoint.mine(host) and urlsplit(host).path.rstrip("/").endswith(f"/{subdomain}"):
            return host.rstrip("/") + _PORT
    raise Untrusted("The app's address is not one that reports of reloads come from.")
