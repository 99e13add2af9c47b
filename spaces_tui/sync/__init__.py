"""Folder to Space: scan, ignore, plan, send, and prove what landed."""
