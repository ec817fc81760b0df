"""How the system is: one set of checks for the page, the banner, /readyz and /metrics."""
