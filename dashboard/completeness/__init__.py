"""Whether the cache is getting complete: the estimates, what they are made of, and their page."""
