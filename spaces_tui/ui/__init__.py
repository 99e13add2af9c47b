"""The screens, in Textual: they read snapshots, send commands and own no state of the world."""
