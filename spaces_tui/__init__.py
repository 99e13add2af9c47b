"""spaces-tui: the console for people who run Hugging Face Spaces."""

__version__ = "0.1.0"
