"""What the command line understands."""

from __future__ import annotations

import argparse
import re
from typing import TYPE_CHECKING, Final, NoReturn

from spaces_tui import __version__

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

COMMANDS: Final = ("watch", "hub", "guard", "login", "logout", "accounts", "whoami", "config")
_ACCOUNTS: Final = {
    "login": "Sign in: asks for an access token, hidden, or reads it from standard input; checks "
    "it, says what it may do, and keeps it in the system's keyring.",
    "logout": "Remove a token from wherever login put it; says what is left alone.",
    "accounts": "List who is signed in and what they may do. No token is shown.",
    "whoami": "Say who this program acts as, and what that token may do.",
}
_SPACE: Final = re.compile(r"[\w.-]+/[\w.-]+", re.ASCII)
_TRUE: Final = frozenset({"1", "on", "yes", "true"})
_LEVELS: Final = ("debug", "info", "warning", "error")
_NOTIFY: Final = ("bell", "desktop", "off")
_LAST_WORDS: Final = ("on", "off")
_PUBLIC_HOSTS: Final = frozenset({"huggingface.co", "hf.co"})

_MAIN_EXAMPLES: Final = """\
commands:
  watch PATH SPACE    watch a folder and upload what is saved, without the screen
  hub                 serve a local Hub, for trying things out and for tests
  guard               give borrowed hardware back in time, from cron or systemd
  login, logout       keep a token in the system's keyring, or remove it
  accounts, whoami    who is signed in; who this program acts as, and what it may do
  config              what is configured, and who said so

examples:
  spaces-tui                          all your Spaces
  spaces-tui ada/whisper-live         the same, on one Space
  spaces-tui --demo                   no account, no network: a Hub of its own
  spaces-tui watch src ada/demo       save a file, see it running

environment:
  HF_TOKEN      an access token to act with, before those of spaces-tui login
  HF_ENDPOINT   the Hub's address, https://huggingface.co if unset
  SPACES_TUI_*  every option, such as SPACES_TUI_THEME=textual-light

exit codes: 0 done, 1 failed, 2 usage, 3 conflict, 4 not signed in or not allowed, 130 interrupted
"""

_WATCH_EXAMPLES: Final = """\
examples:
  spaces-tui watch src ada/demo                 show the plan, ask, then watch
  spaces-tui watch src ada/demo --yes --json    for an editor or a script
  spaces-tui watch src ada/demo --once --yes    bring the Space up to date and end
  spaces-tui watch src ada/demo --dry-run       show what would be done
  spaces-tui watch new ada/demo --from-space    fetch the Space into a new folder, then watch

commands on standard input, one a line:
  accept, drop        what the plan holds, or what is held
  mine PATH…          in a conflict: send the version of this folder
  theirs PATH…        take the Space's version; what is here is kept in the state folder
  both PATH…          send this one, and write the Space's beside it: app.remote-1a2b3c4.py
                      (without PATH: all that is in conflict; a folder: all below it)
  theirs              in the plan of an empty folder: fetch what the Space holds
  restore             put back on the Space what was sent since it was live last; what is here
                      stays, and waits for accept or for the next save of one of these files
  pause, resume, sync (do not wait), stop
"""


_GUARD_EXAMPLES: Final = """\
examples:
  spaces-tui guard            once; a line for each loan
  spaces-tui guard --wait     until everything is given back

  spaces-tui guard --install systemd    every two minutes, by a user timer (or: cron)

by itself it acts for the accounts of spaces-tui login.

exit codes: 0 all is well, 1 something could not be given back yet, 4 not signed in
"""


class UsageError(Exception):
    """The command line asks for something that cannot be; the message is one sentence."""


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise UsageError(f"{message[:1].upper()}{message[1:]}. See {self.prog} --help.")


def command_of(arguments: Sequence[str]) -> str | None:
    """Return the sub-command, wherever it stands among the common options."""
    rest = list(arguments)
    while rest:
        word = rest.pop(0)
        if word in COMMANDS:
            return word
        if word == "--" or not word.startswith("-"):
            return None
        if word in _VALUED and rest:
            rest.pop(0)
    return None


def configuration_asked(
    arguments: Sequence[str], environment: Mapping[str, str]
) -> tuple[bool, str | None]:
    """Return whether a configuration file is to be read, and the one that was named.

    Who asks for help or for the version alone waits for no file, and the local Hub needs none.
    """
    said = list(arguments)
    if "--" in said:
        said = said[: said.index("--")]
    if {"-h", "--help", "--version"}.intersection(said) or command_of(arguments) == "hub":
        return False, None
    named = environment.get("SPACES_TUI_CONFIG", "").strip() or None
    for at, word in enumerate(said):
        if word == "--config" and at + 1 < len(said):
            named = said[at + 1]
        elif word.startswith("--config="):
            named = word.removeprefix("--config=")
    return True, named


def parse(arguments: Sequence[str], environment: Mapping[str, str]) -> argparse.Namespace:
    """Return what the command line says, with the environment's `SPACES_TUI_*` as defaults.

    The result's `command` is `console` or one of `COMMANDS`.

    Raises:
        UsageError: it cannot be understood.
        SystemExit: `--help` and `--version`, after printing.
    """
    command = command_of(arguments)
    if command is None:
        parsed = _console_parser(environment).parse_args(arguments)
        parsed.command = "console"
        return parsed
    at = list(arguments).index(command)
    rest = [*arguments[:at], *arguments[at + 1 :]]
    parsed = _parser_of(command, environment).parse_args(rest)
    parsed.command = command
    return parsed


def _parser_of(command: str, environment: Mapping[str, str]) -> argparse.ArgumentParser:
    match command:
        case "watch":
            return _watch_parser(environment)
        case "hub":
            return _hub_parser()
        case "config":
            return _config_parser(environment)
        case "guard":
            return _guard_parser(environment)
        case _:
            return _account_parser(command, environment)


def space_id(text: str, endpoint: str) -> str:
    """Return `owner/name` from itself or from an address of the Hub's pages.

    Raises:
        UsageError: it is neither, or the address is on another Hub than `endpoint`.
    """
    given = text.strip()
    if "://" not in given:
        plain = given.removeprefix("spaces/").strip("/")
        if _SPACE.fullmatch(plain):
            return plain
        raise UsageError(f"“{text}” is not a Space: write owner/name, or the address of its page.")
    from urllib.parse import urlsplit  # noqa: PLC0415 - `--help` need not pay for these

    from spaces_tui.accounts.environment import DEFAULT_ENDPOINT  # noqa: PLC0415 - the same

    address = urlsplit(given)
    ours = urlsplit(endpoint)
    public = endpoint == DEFAULT_ENDPOINT and address.hostname in _PUBLIC_HOSTS
    if not public and address.netloc.lower() != ours.netloc.lower():
        raise UsageError(
            f"“{text}” is not on {endpoint}: write owner/name, or choose its Hub with --endpoint."
        )
    parts = [part for part in address.path.split("/") if part]
    if parts[:1] == ["spaces"] and _SPACE.fullmatch("/".join(parts[1:3])):
        return "/".join(parts[1:3])
    raise UsageError(f"“{text}” is not the page of a Space.")


_VALUED: Final = frozenset(
    {
        "--config",
        "--endpoint",
        "--account",
        "--theme",
        "--notify",
        "--last-words",
        "--log-file",
        "--log-level",
    }
)


_ENDPOINT: Final = "the Hub's address (default: HF_ENDPOINT, else https://huggingface.co)"
_CONSOLE_ENDPOINT: Final = f"{_ENDPOINT}; with it, accounts of other Hubs are left out"
_ACCOUNT: Final = "act as this identity (default: HF_TOKEN's, else the one that signed in last)"
_CONSOLE_ACCOUNT: Final = "act as this identity alone (default: all that are signed in)"
_WATCH_ACCOUNT: Final = (
    "act as this identity (default: HF_TOKEN's, else the owner of SPACE, else whoever may write)"
)


def _common(
    parser: argparse.ArgumentParser,
    environment: Mapping[str, str],
    *,
    endpoint: str = _ENDPOINT,
    account: str = _ACCOUNT,
) -> None:
    group = parser.add_argument_group("common options")
    group.add_argument(
        "--config",
        metavar="PATH",
        default=environment.get("SPACES_TUI_CONFIG") or None,
        help="the configuration file (spaces-tui config --path tells which one is read)",
    )
    group.add_argument(
        "--endpoint",
        metavar="URL",
        default=environment.get("SPACES_TUI_ENDPOINT") or None,
        help=endpoint,
    )
    group.add_argument(
        "--account",
        metavar="NAME",
        default=environment.get("SPACES_TUI_ACCOUNT") or None,
        help=account,
    )
    group.add_argument(
        "--log-file",
        metavar="PATH",
        default=environment.get("SPACES_TUI_LOG_FILE") or None,
        help="write what the program does to this file; tokens are never written",
    )
    group.add_argument(
        "--log-level",
        choices=_LEVELS,
        default=environment.get("SPACES_TUI_LOG_LEVEL") or "info",
        help="how much to write there (default: info)",
    )
    group.add_argument("--version", action="version", version=f"spaces-tui {__version__}")


def _console_parser(environment: Mapping[str, str]) -> argparse.ArgumentParser:
    parser = _Parser(
        prog="spaces-tui",
        description="Your Spaces, live, in a terminal.",
        epilog=_MAIN_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument(
        "space", nargs="?", metavar="SPACE", help="owner/name, or the address of its page"
    )
    parser.add_argument(
        "--demo",
        action="store_true",
        help="show the console on a local Hub of its own: no account, no network",
    )
    parser.add_argument(
        "--read-only",
        action="store_true",
        default=_flag(environment, "SPACES_TUI_READ_ONLY"),
        help="look, but change nothing",
    )
    parser.add_argument(
        "--low-bandwidth",
        action="store_true",
        default=_flag(environment, "SPACES_TUI_LOW_BANDWIDTH"),
        help="for slow links: no animation, fewer frames, no mouse",
    )
    parser.add_argument(
        "--theme",
        metavar="NAME",
        default=environment.get("SPACES_TUI_THEME") or None,
        help="colours; the palette (ctrl+p) shows them all",
    )
    parser.add_argument(
        "--notify",
        choices=_NOTIFY,
        default=_one_of(environment, "SPACES_TUI_NOTIFY", _NOTIFY),
        help="how to tell, while you look elsewhere, that a Space with a watched folder, or one "
        "you changed here, runs or broke (default: bell, in terminals that tell their focus)",
    )
    parser.add_argument(
        "--last-words",
        choices=_LAST_WORDS,
        default=_one_of(environment, "SPACES_TUI_LAST_WORDS", _LAST_WORDS) or "on",
        help="keep the last lines of the logs you look at, for when their container is gone, in "
        "files that only you can read (default: on); off removes what was kept",
    )
    _common(parser, environment, endpoint=_CONSOLE_ENDPOINT, account=_CONSOLE_ACCOUNT)
    return parser


def _watch_parser(environment: Mapping[str, str]) -> argparse.ArgumentParser:
    parser = _Parser(
        prog="spaces-tui watch",
        description="Watch a folder and upload what is saved, until stopped.",
        epilog=_WATCH_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("path", metavar="PATH", help="the folder to watch")
    parser.add_argument("space", metavar="SPACE", help="owner/name, or the address of its page")
    parser.add_argument("--into", metavar="DIR", default="", help="folder in the repository")
    parser.add_argument("--json", action="store_true", help="print one JSON object a line")
    parser.add_argument("--once", action="store_true", help="bring the Space up to date, then end")
    parser.add_argument("--dry-run", action="store_true", help="print the plan, change nothing")
    parser.add_argument(
        "--from-space",
        action="store_true",
        help="fill an empty or missing folder with what the Space holds, without asking",
    )
    parser.add_argument("--yes", action="store_true", help="accept the first plan")
    parser.add_argument(
        "--delete",
        action="store_true",
        help="the first plan may delete files that exist only on the Space",
    )
    parser.add_argument("--no-delete", action="store_true", help="never delete anything there")
    parser.add_argument(
        "--settle",
        metavar="MS",
        type=_milliseconds,
        default=None,
        help="quiet time before a batch is sent (default: learned, from 150)",
    )
    parser.add_argument(
        "--hot-reload",
        choices=("auto", "always", "never"),
        default="auto",
        help="patch the running app instead of building it anew: auto (default) when one Python "
        "file changed and the app is Gradio 6.1 or newer and runs; always asks for it",
    )
    parser.add_argument("--message", metavar="TEXT", default=None, help="title of the commits")
    parser.add_argument(
        "--allow-secrets", action="store_true", help="upload files that look like keys"
    )
    parser.add_argument(
        "--no-follow",
        action="store_true",
        help="do not follow the build; then auto never hot reloads",
    )
    parser.add_argument(
        "--send-while-building",
        action="store_true",
        help="do not wait for a build under way to end, although each commit begins a new one",
    )
    _common(parser, environment, account=_WATCH_ACCOUNT)
    return parser


def _account_parser(command: str, environment: Mapping[str, str]) -> argparse.ArgumentParser:
    parser = _Parser(
        prog=f"spaces-tui {command}", description=_ACCOUNTS[command], allow_abbrev=False
    )
    if command == "login":
        parser.add_argument(
            "--in-file",
            action="store_true",
            help="keep the token unencrypted in a file that only you can read, not in a keyring",
        )
    if command == "logout":
        parser.add_argument("--all", action="store_true", help="sign everybody out at this Hub")
    _common(parser, environment)
    return parser


def _guard_parser(environment: Mapping[str, str]) -> argparse.ArgumentParser:
    parser = _Parser(
        prog="spaces-tui guard",
        description="See to borrowed hardware: what is due is given back, and a read proves it.",
        epilog=_GUARD_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument(
        "--wait", action="store_true", help="keep running until nothing is borrowed any more"
    )
    timer = parser.add_argument_group(
        "run by itself, every two minutes"
    ).add_mutually_exclusive_group()
    timer.add_argument(
        "--install",
        choices=("systemd", "cron"),
        help="install a systemd user timer or a line of the crontab, after showing it",
    )
    timer.add_argument("--remove", action="store_true", help="remove what was installed")
    timer.add_argument("--show", action="store_true", help="say what is installed")
    parser.add_argument("--yes", action="store_true", help="do not ask before that")
    _common(parser, environment)
    return parser


def _config_parser(environment: Mapping[str, str]) -> argparse.ArgumentParser:
    parser = _Parser(
        prog="spaces-tui config",
        description="Show what is configured, and who said so: the command line, a variable, the "
        "configuration file, or nobody.",
        allow_abbrev=False,
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--path", action="store_true", help="print where the file is, no more")
    parser.add_argument(
        "--keys", action="store_true", help="print the ids of actions, for the section [keys]"
    )
    _common(parser, environment)
    return parser


def _hub_parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="spaces-tui hub",
        description="Serve a Hub on this machine alone. Prints its address and tokens as JSON.",
        allow_abbrev=False,
    )
    parser.add_argument(
        "--port", type=_port, default=0, metavar="N", help="port to listen on (default: any)"
    )
    parser.add_argument(
        "--seed", choices=("demo", "empty"), default="demo", help="what it holds at start"
    )
    parser.add_argument(
        "--data",
        metavar="DIR",
        default=None,
        help="keep everything in this folder (default: in memory)",
    )
    parser.add_argument("--with-parent", action="store_true", help=argparse.SUPPRESS)
    return parser


def _one_of(environment: Mapping[str, str], name: str, words: Sequence[str]) -> str | None:
    """Return a variable that holds one of these words; None when it is not set.

    Raises:
        UsageError: it holds another word.
    """
    word = environment.get(name, "").strip().lower()
    if word and word not in words:
        raise UsageError(f"{name} is “{word}”: it may be {', '.join(words)}.")
    return word or None


def _flag(environment: Mapping[str, str], name: str) -> bool:
    return environment.get(name, "").strip().lower() in _TRUE


def _milliseconds(text: str) -> float:
    value = float(text)
    if not 0 <= value <= 60_000:
        raise argparse.ArgumentTypeError("give milliseconds from 0 to 60000")
    return value / 1000


def _port(text: str) -> int:
    value = int(text)
    if not 0 <= value <= 65_535:
        raise argparse.ArgumentTypeError("give a port from 0 to 65535")
    return value
