"""`python -m firmware_tools` is `area-tech`."""

from firmware_tools.cli import app

app()
