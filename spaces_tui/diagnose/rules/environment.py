"""Variables and secrets that are missing, wrong or in each other's way."""

from __future__ import annotations

import re
from typing import Final

from spaces_tui.diagnose.evidence import BAD_STAGES, Evidence
from spaces_tui.diagnose.rule import (
    Advice,
    Groups,
    Rank,
    Rule,
    Seen,
    in_logs,
    in_message,
    in_run,
)
from spaces_tui.model.diagnosis import Remedy, Trace, Where
from spaces_tui.model.environment import is_key
from spaces_tui.model.envnames import looks_secret

_NAME: Final = r"(?P<name>[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+)"
_RAISED: Final = r"^(?:[\w.]*(?:Error|Exception|Exit)|Uncaught \w+|panic|fatal)"
_SET_SECRET: Final = Advice(Remedy.SECRET, "Set the secret {secret}", "{secret}")
_SET_VARIABLE: Final = Advice(Remedy.VARIABLE, "Set the variable {variable}", "{variable}")


def wanted(evidence: Evidence, groups: Groups) -> Groups | None:
    """Add where a missing name belongs, and whether it was set since."""
    name = groups["name"].upper() if groups["name"].islower() else groups["name"]
    if not is_key(name):
        return None
    listed = evidence.sets(name)
    hint = ""
    if listed:
        hint = "; it is set now, and the app has to start again to see it"
    elif listed is False:
        hint = "; there is no variable or secret of this name"
    secret = looks_secret(name, "")
    return {
        **groups,
        "name": name,
        "hint": hint,
        "secret": name if secret and not listed else "",
        "variable": name if not secret and not listed else "",
        "again": "yes" if listed else "",
    }


def _collision(evidence: Evidence) -> Seen | None:
    both = sorted((evidence.variables or frozenset()) & (evidence.secrets or frozenset()))
    said = next((line for line in evidence.message.splitlines() if _COLLIDES.search(line)), "")
    if not both and not said:
        return None
    if not both and evidence.variables is not None and evidence.secrets is not None:
        return None  # one of the two is gone already, and only the message is old
    traces = [Trace(Where.MESSAGE, said, 1)] if said else []
    traces += [Trace(Where.ENVIRONMENT, f"{name} is a variable and a secret") for name in both]
    names = ", ".join(both) or "One name"
    return Seen({"names": names, "first": both[0] if both else ""}, tuple(traces))


def _collision_gone(evidence: Evidence, groups: Groups) -> Groups | None:
    if evidence.variables is None or evidence.secrets is None:
        return None
    return None if evidence.variables & evidence.secrets else groups


_COLLIDES: Final = re.compile(r"Collision on variables and secrets names")

RULES: Final = (
    Rule(
        "environment.collision",
        Rank.DECISIVE,
        "{names} is set as a variable and as a secret: delete one of the two.",
        state=_collision,
        fixes=(
            Advice(Remedy.VARIABLE, "Delete the variable {first}", "{first}"),
            Advice(Remedy.SECRET, "Delete the secret {first}", "{first}"),
        ),
        stages=BAD_STAGES,
    ),
    Rule(
        "environment.collision-gone",
        Rank.DECISIVE,
        "A variable and a secret had the same name; they do not any more, so a restart will do.",
        looks=in_message(r"Collision on variables and secrets names"),
        also=_collision_gone,
        fixes=(Advice(Remedy.RESTART, "Restart the Space"),),
    ),
    Rule(
        "environment.missing",
        Rank.SPECIFIC,
        "The app needs {name}{hint}.",
        looks=in_run(
            # os.environ["NAME"]: Python looks it up in its own module
            r'^ +File "(?:<frozen os>|[^"]*/os\.py)", line \d+, in __getitem__\n(?:  .*\n){0,3}'
            r"KeyError: '(?P<name>[A-Za-z]\w*)'",
            r"^decouple\.UndefinedValueError: (?P<name>\w+) not found",
            r"^environs\.exceptions\.EnvError: Environment variable \"(?P<name>\w+)\" not set",
            r"^environs\.EnvError: Environment variable \"(?P<name>\w+)\" not set",
            r"^django\.core\.exceptions\.ImproperlyConfigured: Set the (?P<name>\w+) environment",
            r"ValidationError: \d+ validation errors? for \w*(?:Settings|Config)\w*\n"
            r"(?P<name>\w+)(?=\n {2}[Ff]ield required)",
            _RAISED + r".*?\b" + _NAME + r"\b.{0,60}?\b(?:(?:is |was |are )?not (?:set|found|"
            r"defined|provided|configured)|is missing|is required|must be (?:set|defined|provided)|"
            r"is undefined)\b",
            _RAISED + r".*?must be set\b.*?\bsetting the " + _NAME + r" environment variable",
            _RAISED + r".*?(?:[Mm]issing|[Pp]lease (?:set|provide|define)|[Yy]ou must "
            r"(?:set|provide)|No value for)\b[^'\"`]{0,60}?['\"`]?\b" + _NAME + r"\b",
        ),
        also=wanted,
        fixes=(
            _SET_SECRET,
            _SET_VARIABLE,
            Advice(Remedy.RESTART, "Restart the Space", when="{again}"),
        ),
    ),
    Rule(
        "environment.build",
        Rank.SPECIFIC,
        "The build needs the secret {name}{hint}.",
        looks=in_logs(
            r"(?:cat|open|can't open|cannot open)[: ]+'?/run/secrets/(?P<name>\w+)'?: "
            r"No such file or directory",
            r"secret (?P<name>[A-Za-z]\w*): not found",
        ),
        also=wanted,
        fixes=(Advice(Remedy.SECRET, "Set the secret {name}", "{name}"),),
    ),
    Rule(
        "environment.streamlit",
        Rank.SPECIFIC,
        "The app reads st.secrets, which a Space has no file for: read {name} from os.environ.",
        looks=in_run(
            r"^(?:[\w.]*StreamlitSecretNotFoundError: No secrets found"
            r"|FileNotFoundError: No secrets (?:files? )?found)(?P<none>.*)$",
            r"^KeyError: 'st\.secrets has no key \"(?P<name>[^\"]+)\"",
        ),
        also=lambda _evidence, groups: {"name": groups.get("name") or "the names"},
        fixes=(Advice(Remedy.FILE, "Edit {app}", "{app}"),),
    ),
    Rule(
        "environment.refused",
        Rank.SPECIFIC,
        "{service} refused the key the app has: it is wrong, or was revoked.",
        looks=in_run(
            r"^(?P<service>openai|anthropic|groq|mistralai|cohere|together)\.(?:[\w.]*)"
            r"(?:AuthenticationError|UnauthorizedError|SDKError): "
            r".*(?:401|api[_ ]key|unauthorized)",
        ),
        also=lambda _evidence, groups: {**groups, "key": f"{groups['service'].upper()}_API_KEY"},
        fixes=(Advice(Remedy.SECRET, "Set the secret {key}", "{key}"),),
    ),
)
