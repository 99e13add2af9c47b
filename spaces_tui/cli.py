"""Arguments to one entry point. Nothing heavy is imported before it is known what is wanted."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from spaces_tui.arguments import UsageError, parse, space_id
from spaces_tui.headless.exits import Exit

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Callable, Sequence

    from spaces_tui.accounts.keeper import Keeper
    from spaces_tui.session.config import Origin
    from spaces_tui.session.session import Session

_HUB_MISSING = (
    "The local Hub needs two more packages: install spaces-tui with its extra, "
    "pip install 'spaces-tui[hub]'."
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return the exit code."""
    try:
        parsed = parse(sys.argv[1:] if arguments is None else arguments, os.environ)
        return _ENTRIES[parsed.command](parsed)
    except UsageError as error:
        print(f"spaces-tui: {error}", file=sys.stderr)
        return Exit.USAGE
    except KeyboardInterrupt:
        return Exit.INTERRUPTED


def _console(parsed: Namespace) -> int:
    if parsed.demo and parsed.endpoint:
        raise UsageError("--demo brings its own Hub: leave out --endpoint.")
    if not (sys.stdin.isatty() and sys.stdout.isatty()) or os.environ.get("TERM") == "dumb":
        raise UsageError(
            "The console needs a terminal that can draw. Without one, use spaces-tui watch."
        )
    endpoint = _endpoint(parsed)
    target = space_id(parsed.space, endpoint) if parsed.space else None
    if not parsed.demo:
        return _run_console(parsed, target, _everybody(parsed, endpoint), endpoint)
    _need_hub()
    from spaces_tui.demo import DemoHub

    hub = DemoHub()
    try:
        return _run_console(parsed, target, hub.connect, endpoint)
    finally:
        hub.close()


def _run_console(
    parsed: Namespace, target: str | None, connect: Callable[[], Origin], endpoint: str
) -> int:
    from spaces_tui.store.paths import default_paths
    from spaces_tui.ui.run import run_console

    _log_to(parsed)
    session = _session(parsed, connect, endpoint, fleet=True)
    try:
        return run_console(
            session,
            target=target,
            theme=parsed.theme,
            low_bandwidth=parsed.low_bandwidth,
            demo=parsed.demo,
            crash_dir=default_paths().crashes,
            notify=parsed.notify,
        )
    finally:
        session.close()
        _let_go_of_a_dead_terminal()


def _let_go_of_a_dead_terminal() -> None:
    """Drop what was never taken; else Python's own last flush would change the exit code."""
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except OSError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def _watch(parsed: Namespace) -> int:
    if parsed.delete and parsed.no_delete:
        raise UsageError("--delete and --no-delete exclude each other.")
    endpoint = _endpoint(parsed)
    space = space_id(parsed.space, endpoint)
    _log_to(parsed)
    from spaces_tui.headless.watch import watch
    from spaces_tui.model.sync import WatchOptions

    options = WatchOptions(
        into=parsed.into.strip("/"),
        once=parsed.once,
        dry_run=parsed.dry_run,
        assume_yes=parsed.yes,
        delete=parsed.delete,
        never_delete=parsed.no_delete,
        hot_reload=parsed.hot_reload,
        settle=parsed.settle,
        message=parsed.message,
        allow_secrets=parsed.allow_secrets,
        follow=not parsed.no_follow,
        from_space=parsed.from_space,
        send_while_building=parsed.send_while_building,
    )
    session = _session(parsed, _whoever(parsed, endpoint, space), endpoint, fleet=False)
    return watch(session, space=space, folder=parsed.path, options=options, as_json=parsed.json)


def _hub(parsed: Namespace) -> int:
    _need_hub()
    from pathlib import Path

    from spaces_tui.localhub.serve import run

    try:
        return run(
            port=parsed.port,
            seed=parsed.seed,
            quit_with_parent=parsed.with_parent,
            data=Path(parsed.data).expanduser() if parsed.data else None,
        )
    except OSError as error:
        what = f"{error.filename}: {error.strerror}" if error.filename else error.strerror
        print(f"spaces-tui: the local Hub cannot start: {what or error}.", file=sys.stderr)
        return Exit.FAILED


def _guard(parsed: Namespace) -> int:
    from spaces_tui.headless.guard import guard
    from spaces_tui.store.paths import default_paths

    _log_to(parsed)
    origin = _everybody(parsed, _endpoint(parsed))()
    return guard(origin, default_paths().guard, wait=parsed.wait)


def _login(parsed: Namespace) -> int:
    from spaces_tui.headless.dialogue import somebody
    from spaces_tui.headless.login import Login

    _log_to(parsed)
    endpoint = _endpoint(parsed)
    ended = Login(
        endpoint,
        _keeper(),
        os.environ,
        somebody(),
        in_file=parsed.in_file,
        account=parsed.account,
    ).run()
    if ended.for_now is None:
        return ended.exit
    from spaces_tui.session.config import Origin

    origin = Origin.of_token(endpoint, ended.for_now.token, ended.for_now.source)
    console = parse(["--endpoint", endpoint], os.environ)
    return _run_console(console, None, lambda: origin, endpoint)


def _logout(parsed: Namespace) -> int:
    from spaces_tui.headless.logout import logout

    _log_to(parsed)
    endpoint = _endpoint(parsed)
    return logout(endpoint, _keeper(), os.environ, parsed.account, everybody=parsed.all)


def _accounts(parsed: Namespace) -> int:
    from spaces_tui.headless.accounts import accounts

    _log_to(parsed)
    return accounts(_endpoint(parsed), _keeper(), os.environ, parsed.account)


def _whoami(parsed: Namespace) -> int:
    from spaces_tui.headless.accounts import whoami

    _log_to(parsed)
    return whoami(_endpoint(parsed), _keeper(), os.environ, parsed.account)


_ENTRIES: dict[str, Callable[[Namespace], int]] = {
    "console": _console,
    "watch": _watch,
    "guard": _guard,
    "hub": _hub,
    "login": _login,
    "logout": _logout,
    "accounts": _accounts,
    "whoami": _whoami,
}


def _endpoint(parsed: Namespace) -> str:
    from spaces_tui.accounts.environment import endpoint_from

    given: str | None = parsed.endpoint
    return given.strip().rstrip("/") if given else endpoint_from(os.environ)


def _everybody(parsed: Namespace, endpoint: str) -> Callable[[], Origin]:
    """Return what finds the accounts for the console, those of `endpoint` first."""

    def connect() -> Origin:
        from spaces_tui.session.found import all_accounts

        alone = parsed.endpoint is not None
        return all_accounts(os.environ, endpoint, _keeper(), parsed.account, alone=alone)

    return connect


def _whoever(parsed: Namespace, endpoint: str, space: str) -> Callable[[], Origin]:
    """Return what finds the accounts that may watch a folder for a Space."""

    def connect() -> Origin:
        from spaces_tui.session.found import accounts_for

        owner = space.partition("/")[0]
        return accounts_for(os.environ, endpoint, _keeper(), owner, parsed.account)

    return connect


def _keeper() -> Keeper:
    from spaces_tui.accounts.keeper import Keeper
    from spaces_tui.store.paths import default_paths

    return Keeper(default_paths().state)


def _session(
    parsed: Namespace, connect: Callable[[], Origin], endpoint: str, *, fleet: bool
) -> Session:
    from spaces_tui.session.config import SessionConfig
    from spaces_tui.session.first import first_snapshot
    from spaces_tui.session.session import Session
    from spaces_tui.store.paths import default_paths

    demo = getattr(parsed, "demo", False)
    config = SessionConfig(
        connect=connect,
        paths=default_paths(),
        fleet=fleet,
        read_only=getattr(parsed, "read_only", False),
        demo=demo,
        last_words=getattr(parsed, "last_words", "on") != "off",
    )
    return Session(config, first_snapshot(config, endpoint))


def _need_hub() -> None:
    from importlib.util import find_spec

    if any(find_spec(package) is None for package in ("starlette", "uvicorn", "yaml")):
        raise UsageError(_HUB_MISSING)


def _log_to(parsed: Namespace) -> None:
    if parsed.log_file is None:
        return
    from spaces_tui.logs import open_log

    try:
        open_log(parsed.log_file, parsed.log_level)
    except OSError as error:
        raise UsageError(f"The log cannot be written: {error}.") from error
