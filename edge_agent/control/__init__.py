"""Control on the gateway, with hub and console gone: the 30-minute demand, and what may be moved."""
