"""The settings of a running gateway: changed whole, tried, and taken back where they cut it off."""
