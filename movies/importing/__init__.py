"""Bring in searches that were made elsewhere or earlier, from a file of separated lines."""
