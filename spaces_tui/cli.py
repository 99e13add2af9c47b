"""Arguments to one entry point. Nothing heavy is imported before it is known what is wanted."""


def main() -> int:
    """Run the command line and return the exit code."""
    return 0
