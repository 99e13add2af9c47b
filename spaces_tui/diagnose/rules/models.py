"""Models and data sets that cannot be had."""

from __future__ import annotations

from typing import Final

from spaces_tui.diagnose.evidence import Evidence
from spaces_tui.diagnose.rule import Advice, Groups, Rank, Rule, in_logs
from spaces_tui.model.diagnosis import Remedy

_TOKENS: Final = ("HF_TOKEN", "HUGGING_FACE_HUB_TOKEN", "HUGGINGFACEHUB_API_TOKEN")
_PAGE: Final = Advice(Remedy.BROWSE, "Open the page of {repo}", "{repo}")
_TOKEN: Final = Advice(Remedy.SECRET, "Set the secret HF_TOKEN", "{token}")
_REPO: Final = r"(?P<repo>[\w.-]+/[\w.-]+)"


def _token(evidence: Evidence, groups: Groups) -> Groups:
    """Add whether the Space has a token at all."""
    has = None if evidence.secrets is None else any(name in evidence.secrets for name in _TOKENS)
    repo = groups.get("repo", "").removeprefix("api/").rstrip(".")
    hint = {
        None: "",
        True: "; the token in its secrets has no access",
        False: "; there is no secret HF_TOKEN",
    }[has]
    shown = repo or "What the app loads"
    return {**groups, "repo": repo, "shown": shown, "hint": hint, "token": "HF_TOKEN"}


RULES: Final = (
    Rule(
        "models.gated",
        Rank.SPECIFIC,
        "{shown} is gated: its terms must be accepted and the app needs a token{hint}.",
        looks=in_logs(
            r"Cannot access gated repo for url https?://[^/\s]+/(?:api/(?:models|datasets)/|datasets/)?"
            + _REPO,
            r"Access to (?:model|dataset) " + _REPO + r" is restricted",
            r"^(?:OSError: )?You are trying to access a gated repo\."
            r"(?=(?:\n.*https?://[^/\s]+/(?:datasets/)?" + _REPO + r")?)",
            r"DatasetNotFoundError: Dataset '" + _REPO + r"' is a gated dataset",
        ),
        also=_token,
        fixes=(_PAGE, _TOKEN),
    ),
    Rule(
        "models.missing",
        Rank.SPECIFIC,
        "{shown} does not exist, or is private and the app has no access{hint}.",
        looks=in_logs(
            r"^OSError: " + _REPO + r" is not a local folder and is not a valid model identifier",
            r"Repository Not Found for url: https?://[^/\s]+/(?:api/(?:models|datasets)/|datasets/)?"
            + _REPO,
            r"DatasetNotFoundError: Dataset '" + _REPO + r"' doesn't exist on the Hub",
        ),
        also=_token,
        fixes=(_PAGE, _TOKEN),
    ),
    Rule(
        "models.token",
        Rank.SPECIFIC,
        "The Hub does not accept the app's token, or it has none{hint}.",
        looks=in_logs(
            r"Invalid (?:credentials in Authorization header|username or password|user token)",
            r"LocalTokenNotFoundError: Token is required",
        ),
        also=_token,
        fixes=(_TOKEN,),
    ),
    Rule(
        "models.unauthorized",
        Rank.GENERAL,
        "The Hub refused a request of the app: what it asks for is private or gated{hint}.",
        looks=in_logs(
            r"^(?:[\w.]*HfHubHTTPError|requests\.exceptions\.HTTPError|httpx\.HTTPStatusError): "
            r".*40[13] .*https://huggingface\.co\S*",
        ),
        also=_token,
        fixes=(_TOKEN,),
    ),
    Rule(
        "models.file",
        Rank.SPECIFIC,
        "{repo} has no file {file}.",
        looks=in_logs(
            r"Entry Not Found for url: https?://[^/\s]+/(?:datasets/)?"
            + _REPO
            + r"/resolve/[^/\s]+/(?P<file>\S+?)\.?$",
            r"^OSError: " + _REPO + r" does not appear to have (?:a file named|files named) "
            r"\(?'?(?P<file>[^\s')]+)",
        ),
        fixes=(_PAGE,),
    ),
    Rule(
        "models.limited",
        Rank.SPECIFIC,
        "The Hub refused downloads because there were too many: with a token there may be more"
        "{hint}.",
        looks=in_logs(
            r"(?:HfHubHTTPError|HTTPError|HTTPStatusError): .*429 .*(?:Too Many|huggingface)"
        ),
        also=_token,
        fixes=(_TOKEN, Advice(Remedy.RESTART, "Restart the Space")),
    ),
    Rule(
        "models.unreachable",
        Rank.GENERAL,
        "The app could not download from the Hub when it started; a restart may do.",
        looks=in_logs(
            r"^OSError: We couldn't connect to 'https://huggingface\.co' to load",
            r"LocalEntryNotFoundError: An error happened while trying to locate the file "
            r"on the Hub",
        ),
        fixes=(Advice(Remedy.RESTART, "Restart the Space"),),
    ),
    Rule(
        "models.code",
        Rank.SPECIFIC,
        "{repo} brings code of its own: read it, then pass trust_remote_code=True.",
        looks=in_logs(
            r"^ValueError: (?:Loading )?(?:The repository (?:for )?)?"
            + _REPO
            + r" (?:contains custom code|requires you to execute)",
        ),
        fixes=(_PAGE, Advice(Remedy.FILE, "Edit {app}", "{app}")),
    ),
    Rule(
        "models.architecture",
        Rank.SPECIFIC,
        "The installed Transformers does not know the model type {name}: take a newer version.",
        looks=in_logs(
            r"^ValueError: The checkpoint you are trying to load has model type `(?P<name>[^`]+)` "
            r"but Transformers does not recognize this architecture",
            r"^KeyError: '(?P<name>(?:qwen|gemma|llama|mistral|phi|deepseek)[\w.-]*)'$",
        ),
        fixes=(Advice(Remedy.FILE, "Edit requirements.txt", "requirements.txt"),),
    ),
    Rule(
        "models.weights",
        Rank.SPECIFIC,
        "A weights file is not whole, or is only a pointer to a large file that was never fetched.",
        looks=in_logs(
            r"^(?:_pickle|pickle)\.UnpicklingError: invalid load key, 'v'",
            r"SafetensorError: Error while deserializing header: ?\S+",
            r"^RuntimeError: PytorchStreamReader failed reading (?:zip archive|file)",
        ),
        fixes=(Advice(Remedy.REBUILD, "Build again without caches"),),
    ),
)
