"""What runs without a screen: plain lines or JSON, and exit codes."""
