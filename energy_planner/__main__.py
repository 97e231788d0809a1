"""`python -m energy_planner`."""

from energy_planner.cli import app

app()
