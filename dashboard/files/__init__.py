"""The same views as CSV and JSON."""
