"""A machine with a crontab and with systemd; both are stand-ins for programs of the system."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

TOKEN = "hf_" + "s" * 34
CRONTAB = """\
#!/bin/sh
case "$1" in
-l) test -e "$HOME/crontab" || { echo "no crontab for ada" >&2; exit 1; }
    test ! -e "$HOME/broken" || { echo "cannot open your crontab" >&2; exit 1; }
    cat "$HOME/crontab" ;;
-) cat > "$HOME/crontab" ;;
esac
"""
SYSTEMCTL = """\
#!/bin/sh
echo "$*" >> "$HOME/calls"
test ! -e "$HOME/refuse" || test "$2" != enable || { echo "Failed to enable." >&2; exit 1; }
"""


@pytest.fixture
def here(isolated_environment: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the home of somebody with a crontab and with systemd; both are stand-ins."""
    programs = isolated_environment / "bin"
    programs.mkdir()
    for name, text in (("crontab", CRONTAB), ("systemctl", SYSTEMCTL)):
        (programs / name).write_text(text)
        (programs / name).chmod(0o755)
    monkeypatch.setenv("PATH", f"{programs}:{os.environ['PATH']}")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(isolated_environment / "conf"))
    monkeypatch.setenv("HF_TOKEN", TOKEN)
    return isolated_environment
