"""`python -m spaces_tui`."""

import sys

from spaces_tui.cli import main

if __name__ == "__main__":
    sys.exit(main())
