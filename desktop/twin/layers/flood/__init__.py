"""Flood: the river now and soon, assumed floods, what gets wet, and advice for the water gate."""
