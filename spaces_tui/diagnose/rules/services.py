"""Node, and services an app expects beside it or on the network."""

from __future__ import annotations

from typing import Final

from spaces_tui.diagnose.evidence import Evidence
from spaces_tui.diagnose.rule import Advice, Groups, Rank, Rule, in_logs, in_run
from spaces_tui.model.diagnosis import Remedy

_SERVICES: Final = {
    "3306": "MySQL",
    "5432": "PostgreSQL",
    "6379": "Redis",
    "6333": "Qdrant",
    "8000": "",
    "9200": "Elasticsearch",
    "11434": "Ollama",
    "19530": "Milvus",
    "27017": "MongoDB",
}


def _service(_evidence: Evidence, groups: Groups) -> Groups:
    known = _SERVICES.get(groups["port"], "")
    return {**groups, "service": f", the port of {known}" if known else ""}


RULES: Final = (
    Rule(
        "node.module",
        Rank.SPECIFIC,
        "Node cannot find the module {name}: it is not installed, or the path is wrong.",
        looks=in_logs(
            r"^Error: Cannot find module '(?P<name>[^']+)'",
            r"^Error \[ERR_MODULE_NOT_FOUND\]: Cannot find (?:package|module) '(?P<name>[^']+)'",
        ),
        fixes=(Advice(Remedy.FILE, "Edit package.json", "package.json"),),
    ),
    Rule(
        "node.script",
        Rank.SPECIFIC,
        "package.json has no script {name}.",
        looks=in_logs(r"npm (?:ERR!|error) Missing script: \"(?P<name>[^\"]+)\""),
        fixes=(Advice(Remedy.FILE, "Edit package.json", "package.json"),),
    ),
    Rule(
        "node.raised",
        Rank.GENERAL,
        "The Node app ended with an error: {error}.",
        looks=in_run(
            r"^(?P<error>(?:Uncaught )?(?:Type|Reference|Syntax|Range)?Error: .+)"
            r"(?=\n(?:    at .+\n){1,40}(?:.*\n){0,12}?\n?Node\.js v\d+)"
        ),
        fixes=(Advice(Remedy.FILE, "Edit package.json", "package.json"),),
    ),
    Rule(
        "service.refused",
        Rank.SPECIFIC,
        "Nothing answers at {host}:{port}{service}: a Space runs one container, and no other "
        "service beside it.",
        looks=in_run(
            r"Error 111 connecting to (?P<host>localhost|127\.0\.0\.1):(?P<port>\d+)\.",
            r"connect ECONNREFUSED (?P<host>127\.0\.0\.1|::1):(?P<port>\d+)",
            r"connection to server at \"(?P<host>localhost|127\.0\.0\.1)\"[^\n]*?, "
            r"port (?P<port>\d+) failed: Connection refused",
            r"Error.*HTTPConnectionPool\(host='(?P<host>localhost|127\.0\.0\.1)', "
            r"port=(?P<port>\d+)\).*(?:refused|Max retries)",
        ),
        also=_service,
        fixes=(
            Advice(Remedy.FILE, "Edit {app}", "{app}"),
            Advice(Remedy.FILE, "Start it in the Dockerfile too", "Dockerfile"),
        ),
    ),
    Rule(
        "service.name",
        Rank.GENERAL,
        "The name {host} cannot be found on the network.",
        looks=in_logs(
            r"getaddrinfo (?:ENOTFOUND|EAI_AGAIN) (?P<host>[\w.-]+)",
            r"Failed to resolve '(?P<host>[\w.-]+)'",
            r"could not translate host name \"(?P<host>[\w.-]+)\" to address",
        ),
        fixes=(Advice(Remedy.RESTART, "Restart the Space"),),
    ),
)
