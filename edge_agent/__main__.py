"""Run the edge agent's command line with `python -m edge_agent`."""

from edge_agent.cli import app

app(prog_name="area-edge")
