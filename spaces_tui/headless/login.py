"""`spaces-tui login`: takes a token, checks it, says what it may do, keeps it.

A token is asked for without echo or comes on standard input; it is never an argument, where every
program of this machine could read it. What was pasted is not lost when a keyring fails.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from spaces_tui.accounts.check import check
from spaces_tui.accounts.environment import FoundToken, token_from
from spaces_tui.accounts.official import saved_tokens
from spaces_tui.accounts.outcomes import Slow, Stored
from spaces_tui.accounts.pasted import cleaned, complaint
from spaces_tui.headless.exits import Exit
from spaces_tui.headless.tokenlines import report
from spaces_tui.hub.errors import Forbidden, HubError, Unauthorized
from spaces_tui.model.identity import Secret
from spaces_tui.session.trouble import sentence

if TYPE_CHECKING:
    from collections.abc import Mapping

    from spaces_tui.accounts.keeper import Keeper
    from spaces_tui.headless.dialogue import Dialogue
    from spaces_tui.model.identity import Identity

_LONGEST: Final = 64 * 1024
"""Characters of standard input that are read."""
_WAYS: Final = """\
  try       again; the system may ask you to unlock the keyring
  file      keep it in a file that only you can read
  console   open the console with it now, and keep it nowhere
  nothing   keep it nowhere"""


@dataclass(frozen=True, slots=True)
class LoggedIn:
    """How it ended."""

    exit: Exit
    for_now: FoundToken | None = None
    """The token to open the console with, where somebody chose to keep it nowhere."""


class Login:
    """One run of `spaces-tui login`."""

    def __init__(
        self,
        endpoint: str,
        keeper: Keeper,
        environment: Mapping[str, str],
        dialogue: Dialogue | None,
        *,
        in_file: bool = False,
        account: str | None = None,
    ) -> None:
        """Prepare; nothing is asked yet.

        Args:
            endpoint: the Hub to sign in at.
            keeper: what keeps the token.
            environment: where other tokens may be found.
            dialogue: who answers; None to read standard input.
            in_file: keep it in a file: its owner has said so.
            account: whose token it has to be; None for anybody's.
        """
        self._endpoint = endpoint
        self._keeper = keeper
        self._environment = environment
        self._dialogue = dialogue
        self._in_file = in_file
        self._account = account

    def run(self) -> LoggedIn:
        """Sign in; return how it ended."""
        try:
            token = self._token()
        except EOFError as error:
            return _failed(str(error) or "No token was given.")
        if isinstance(token, str):
            return _failed(token)
        (answer,) = check(self._endpoint, [token])
        if isinstance(answer, HubError):
            refused = isinstance(answer, Unauthorized | Forbidden)
            return _failed(
                f"Nothing is kept. {sentence(answer)}",
                Exit.NOT_ALLOWED if refused else Exit.FAILED,
            )
        wanted = self._account
        if wanted is not None and wanted.casefold() != answer.name.casefold():
            return _failed(f"Nothing is kept: it is a token of {answer.name}, not of {wanted}.")
        print("\n".join(report(answer)))
        return self._keep(answer, token)

    def _token(self) -> Secret | str:
        """Return what was given, or why it is no token.

        Raises:
            EOFError: nothing was.
        """
        if self._dialogue is None:
            given = sys.stdin.read(_LONGEST)
        else:
            found = self._found()
            given = self._dialogue.hidden(self._prompt(found))
            if given.strip().isdigit() and 0 < int(given) <= len(found):
                return found[int(given) - 1].token
        token = cleaned(given)
        return complaint(token) or Secret(token)

    def _found(self) -> list[FoundToken]:
        """Return the tokens that are here already, each once; none is changed."""
        found = [one for one in (token_from(self._environment),) if one is not None]
        now = datetime.now(UTC)
        for saved in saved_tokens(self._environment):
            known = any(one.token == saved.token for one in found)
            if not known and (saved.expires is None or saved.expires > now):
                found.append(FoundToken(saved.token, saved.source))
        return found

    def _prompt(self, found: list[FoundToken]) -> str:
        print(f"Sign in at {self._endpoint}; tokens are made at {self._endpoint}/settings/tokens")
        for number, one in enumerate(found, 1):
            print(f"  {number}  {one.source}")
        choice = ", or the number of one that is here already" if found else ""
        return f"Paste a token, it stays hidden{choice}: "

    def _keep(self, identity: Identity, token: Secret) -> LoggedIn:
        outcome = self._keeper.keep(identity.name, self._endpoint, token, in_file=self._in_file)
        while not isinstance(outcome, Stored):
            print(outcome.sentence, file=sys.stderr)
            if isinstance(outcome, Slow):
                late = f"spaces-tui logout --account {identity.name} removes it"
                print(f"Should it take the token later all the same, {late}.", file=sys.stderr)
            if self._dialogue is None:
                return _failed("Nothing is kept. With --in-file it goes into a file of your own.")
            match self._way(self._dialogue):
                case "try":
                    outcome = self._keeper.keep(identity.name, self._endpoint, token, patient=True)
                case "file":
                    outcome = self._keeper.keep(identity.name, self._endpoint, token, in_file=True)
                case "console":
                    return LoggedIn(Exit.DONE, FoundToken(token, "this session alone"))
                case _:
                    return _failed("Nothing is kept.")
        print(f"Signed in as {identity.name}. The token is kept in {outcome.place}.")
        if token_from(self._environment):
            print("HF_TOKEN is set, too, and goes first while it is.")
        return LoggedIn(Exit.DONE)

    def _way(self, dialogue: Dialogue) -> str:
        """Ask what to do with a token that the keyring did not take; return the word."""
        words = ("try", "file", "console", "nothing")
        print(_WAYS)
        while True:
            try:
                said = dialogue.ask("What now? ").lower()
                word = next((one for one in words if said and one.startswith(said)), "")
                if word != "file":
                    if word:
                        return word
                    continue
                path = self._keeper.file
                if dialogue.ask(f"It lies there unencrypted: {path}\nType yes for that: ") == "yes":
                    return word
            except EOFError:
                return "nothing"


def _failed(why: str, code: Exit = Exit.FAILED) -> LoggedIn:
    print(f"spaces-tui: {why}", file=sys.stderr)
    return LoggedIn(code)
