"""The sample history of `make demo`: invented searches over the demo catalogue."""
