"""What the area's devices are and have said: current state and history."""
