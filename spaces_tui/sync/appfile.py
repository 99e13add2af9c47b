"""The files a Space cannot start without, by what its card says."""

from __future__ import annotations

from typing import Final

from spaces_tui.model.space import Space

USUAL: Final = frozenset({"app.py", "Dockerfile", "index.html"})
"""What they are while nothing is known of the Space."""
_USUAL_OF: Final = {
    "gradio": "app.py",
    "streamlit": "app.py",
    "docker": "Dockerfile",
    "static": "index.html",
}


def app_files(space: Space | None, into: str) -> frozenset[str]:
    """Return the app's own files that lie in the watched folder, as paths of the folder.

    Docker starts from its Dockerfile whatever the card calls the app file.
    """
    files = USUAL
    if space is not None and space.sdk in _USUAL_OF:
        usual = _USUAL_OF[space.sdk]
        files = frozenset({usual if space.sdk == "docker" else space.app_file or usual})
    elif space is not None and space.app_file:
        files = USUAL | {space.app_file}
    prefix = f"{into}/" if into else ""
    return frozenset(path[len(prefix) :] for path in files if path.startswith(prefix))
