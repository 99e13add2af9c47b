"""What stays on this machine: where it lies, what was seen last."""
