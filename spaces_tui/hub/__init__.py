"""The Hugging Face Hub's API, typed and async.

Start with `client.Hub`; what can go wrong is in `errors`. httpx is known to `transport` alone.
"""
