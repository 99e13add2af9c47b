"""The Hub's HTTP API, spoken through httpx: typed, asynchronous, one method per call."""
