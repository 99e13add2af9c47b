"""Arguments to one entry point. Nothing heavy is imported before it is known what is wanted."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from spaces_tui.arguments import UsageError, command_of, configuration_asked, parse, space_id
from spaces_tui.headless.exits import Exit

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Callable, Sequence

    from spaces_tui.accounts.keeper import Keeper
    from spaces_tui.session.config import Origin
    from spaces_tui.session.session import Session
    from spaces_tui.store.configuration import Configuration

_HUB_MISSING = (
    "The local Hub needs two more packages: install spaces-tui with its extra, "
    "pip install 'spaces-tui[hub]'."
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return the exit code."""
    try:
        said = sys.argv[1:] if arguments is None else arguments
        configuration = _configuration(said)
        parsed = parse(said, _environment(configuration, said))
        parsed.configuration = configuration
        return _ENTRIES[parsed.command](parsed)
    except UsageError as error:
        print(f"spaces-tui: {error}", file=sys.stderr)
        return Exit.USAGE
    except KeyboardInterrupt:
        return Exit.INTERRUPTED


def _configuration(arguments: Sequence[str]) -> Configuration | None:
    """Return what the configuration file says; None where it is not asked."""
    wanted, named = configuration_asked(arguments, os.environ)
    if not wanted:
        return None
    from pathlib import Path

    from spaces_tui.store.configuration import (
        Configuration,
        ConfigurationError,
        read_configuration,
    )
    from spaces_tui.store.paths import configuration_file

    path = Path(named).expanduser() if named else configuration_file()
    command = command_of(arguments)
    if command == "config" and "--path" in arguments:
        return Configuration(path)
    try:
        return read_configuration(path, must=named is not None)
    except ConfigurationError as error:
        if command != "guard":
            raise UsageError(str(error)) from error
        # Hardware that costs money is given back, whatever somebody wrote about colours.
        print(f"spaces-tui: {error} The guard goes on without it.", file=sys.stderr)
        return Configuration(path)


def _environment(configuration: Configuration | None, arguments: Sequence[str]) -> dict[str, str]:
    """Return the environment with what it leaves open said by the configuration file."""
    here = dict(os.environ)
    if configuration is None:
        return here
    both = configuration.under(here)
    own_hub = "--demo" in arguments
    if (here.get("HF_ENDPOINT", "").strip() or own_hub) and not here.get("SPACES_TUI_ENDPOINT"):
        both.pop("SPACES_TUI_ENDPOINT", None)
    if own_hub and not here.get("SPACES_TUI_ACCOUNT"):
        both.pop("SPACES_TUI_ACCOUNT", None)
    return both


def _config(parsed: Namespace) -> int:
    from spaces_tui.headless.configuration import show_actions, show_configuration
    from spaces_tui.store.configuration import OPTIONS

    configuration = parsed.configuration
    if parsed.path:
        print(configuration.path)
        return Exit.DONE
    chosen = _keys(configuration)
    if parsed.keys:
        from spaces_tui.ui.actions import ACTIONS, keys_of, use_keys

        use_keys(chosen)
        return show_actions([(one.id, keys_of(one), one.title) for one in ACTIONS])
    both = _environment(configuration, ())
    said = {
        option.variable: value
        for option in OPTIONS
        if (value := getattr(parsed, option.path[-1].replace("-", "_"), None))
        and value != (both.get(option.variable) or option.default)
    }
    return show_configuration(configuration, os.environ, said, as_json=parsed.json)


def _keys(configuration: Configuration | None) -> dict[str, tuple[str, ...]]:
    """Return the keys that were chosen for actions.

    Raises:
        UsageError: one of them cannot be.
    """
    if configuration is None or not configuration.keys:
        return {}
    from spaces_tui.ui.keymap import KeymapError, checked_keys

    try:
        return checked_keys(configuration.keys)
    except KeymapError as error:
        raise UsageError(f"{configuration.at('keys', error.action)}: {error}") from error


def _console(parsed: Namespace) -> int:
    if parsed.demo and parsed.endpoint:
        raise UsageError("--demo brings its own Hub: leave out --endpoint.")
    if not (sys.stdin.isatty() and sys.stdout.isatty()) or os.environ.get("TERM") == "dumb":
        raise UsageError(
            "The console needs a terminal that can draw. Without one, use spaces-tui watch."
        )
    endpoint = _endpoint(parsed)
    target = space_id(parsed.space, endpoint) if parsed.space else None
    _keys(parsed.configuration)
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
            crash_dir=default_paths().crashes,
            notify=parsed.notify,
            keys=_keys(parsed.configuration),
            theme_from=_theme_from(parsed),
        )
    finally:
        session.close()
        _let_go_of_a_dead_terminal()


def _theme_from(parsed: Namespace) -> str:
    """Return where the theme's name stands, if it is the configuration file's."""
    said: Configuration | None = parsed.configuration
    if said is None or os.environ.get("SPACES_TUI_THEME", "").strip():
        return ""
    return said.at("theme") if said.options.get("SPACES_TUI_THEME") == parsed.theme else ""


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
    if parsed.install or parsed.remove or parsed.show:
        return _guard_timer(parsed)
    origin = _everybody(parsed, _endpoint(parsed))()
    return guard(origin, default_paths().guard, wait=parsed.wait)


def _guard_timer(parsed: Namespace) -> int:
    from spaces_tui.headless.guardtimer import install_timer, remove_timer, show_timer

    if parsed.wait:
        raise UsageError("--wait does not go with --install, --remove or --show.")
    here = dict(os.environ)
    if parsed.config:
        here["SPACES_TUI_CONFIG"] = str(parsed.configuration.path.absolute())
    if parsed.endpoint:
        here["HF_ENDPOINT"] = here["SPACES_TUI_ENDPOINT"] = _endpoint(parsed)
    if parsed.show:
        return show_timer(here)
    if parsed.remove:
        return remove_timer(here, yes=parsed.yes)
    return install_timer(parsed.install, here, yes=parsed.yes)


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
    console = parse(["--endpoint", endpoint], _environment(parsed.configuration, ()))
    console.configuration = parsed.configuration
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
    "config": _config,
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
    said: Configuration | None = parsed.configuration
    config = SessionConfig(
        connect=connect,
        paths=default_paths(),
        fleet=fleet,
        read_only=getattr(parsed, "read_only", False),
        demo=demo,
        last_words=getattr(parsed, "last_words", "on") != "off",
        ignore=said.ignore if said else (),
        settle=said.settle if said else None,
        budgets=said.budgets if said and not demo else (),
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
