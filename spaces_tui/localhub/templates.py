"""The official templates a new Space may start from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final


@dataclass(frozen=True)
class Template:
    """One template: its files are added to the card of the new Space."""

    sdk: str
    name: str
    repo_id: str
    private: bool
    files: tuple[tuple[str, str], ...]

    def to_json(self) -> dict[str, Any]:
        """Return the entry of the list."""
        return {
            "sdk": self.sdk,
            "name": self.name,
            "repoId": self.repo_id,
            "preferredPrivate": self.private,
        }


_JUPYTER: Final = """\
FROM jupyter/minimal-notebook:latest
EXPOSE 7860
CMD ["start-notebook.sh", "--port=7860", "--ip=0.0.0.0"]
"""
_STREAMLIT: Final = """\
FROM python:3.11-slim
WORKDIR /app
COPY . .
RUN pip install -r requirements.txt
EXPOSE 8501
CMD ["streamlit", "run", "app.py", "--server.address=0.0.0.0"]
"""
_CHATBOT: Final = """\
import gradio as gr


def answer(message, history):
    return f"You said: {message}"


gr.ChatInterface(answer).launch()
"""

_ALL: Final = (
    Template(
        "docker", "JupyterLab", "SpacesExamples/jupyterlab", True, (("Dockerfile", _JUPYTER),)
    ),
    Template(
        "docker",
        "Streamlit",
        "streamlit/streamlit-template-space",
        False,
        (
            ("Dockerfile", _STREAMLIT),
            ("app.py", "import streamlit as st\n\nst.title('Hello')\n"),
            ("requirements.txt", "streamlit\n"),
        ),
    ),
    Template(
        "gradio",
        "chatbot",
        "gradio-templates/chatbot",
        False,
        (("app.py", _CHATBOT), ("requirements.txt", "gradio\n")),
    ),
)
TEMPLATES: Final = {template.repo_id: template for template in _ALL}
