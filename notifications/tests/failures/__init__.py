"""The failure table of the outbox: what may go wrong, row by row, and what happens then."""
