"""The words everybody here shares: Space, Runtime, Stage, Hardware, LogLine …

Frozen dataclasses and small pure functions. This package imports nothing of ours, and nothing
that costs time at start.
"""
