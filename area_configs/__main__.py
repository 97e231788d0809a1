"""Run the command line of area files with `python -m area_configs`."""

from area_configs.cli import app

app(prog_name="area-config")
