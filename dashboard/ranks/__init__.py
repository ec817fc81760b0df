"""The term tables: ranked ahead of time, read by every page."""
