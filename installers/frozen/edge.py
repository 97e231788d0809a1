"""Programs of a gateway: the agent, and what a technician calls on the gateway itself."""

from launching import launch


def _area_edge() -> None:
    from edge_agent.cli import app

    app()


def _area_tech() -> None:
    from firmware_tools.cli import app

    app()


def _area_config() -> None:
    from area_configs.cli import app

    app()


launch({"area-edge": _area_edge, "area-tech": _area_tech, "area-config": _area_config})
