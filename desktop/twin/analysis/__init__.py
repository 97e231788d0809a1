"""What can be worked out from the city and its readings: pure functions, no Qt, no screen."""
