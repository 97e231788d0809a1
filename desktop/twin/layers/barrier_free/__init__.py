"""Barrier-free facilities of the open-data lists, and step-free ways to them."""
