"""Who may sign in: lock-outs, sessions that end, and passwords that were forgotten."""
