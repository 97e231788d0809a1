"""Everything the hub keeps: the only SQL of the server."""
