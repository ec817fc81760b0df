"""How work flows through queues and workers: heartbeats, runs and their times, the schedule."""
