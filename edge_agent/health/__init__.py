"""What the agent knows of itself, and where it says so."""
