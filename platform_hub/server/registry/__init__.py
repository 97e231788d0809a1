"""What the area consists of: its pack and its gateways."""
