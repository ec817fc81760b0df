"""Marquee measured side by side with its peers; `make bench` runs it, docs/performance.md tells."""
