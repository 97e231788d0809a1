"""Run the hub's command line with `python -m platform_hub.server`."""

from platform_hub.server.cli import app

app(prog_name="area-hub")
