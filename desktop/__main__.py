"""`python -m desktop` is `area-console`."""

from desktop.cli import app

app()
