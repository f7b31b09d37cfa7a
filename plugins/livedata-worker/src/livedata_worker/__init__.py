"""Backend worker of livedata: batches, jobs, heartbeats."""
