"""The gateway daemon: bytes of field devices in, durable and synchronised readings out."""
