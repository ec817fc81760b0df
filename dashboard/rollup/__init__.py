"""Searches folded into read models, and those models checked against the searches."""
