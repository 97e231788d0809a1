"""Transports: ports and sockets, and the sentence that says why one cannot be opened."""
