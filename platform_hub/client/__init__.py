"""The way to the hub for every other application: requests in worker threads."""
