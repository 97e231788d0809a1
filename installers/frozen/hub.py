"""Programs of a hub's machine: the hub, the planner that re-plans for it, area files."""

from launching import launch


def _area_hub() -> None:
    from platform_hub.server.cli import app

    app()


def _area_plan() -> None:
    from energy_planner.cli import app

    app()


def _area_config() -> None:
    from area_configs.cli import app

    app()


launch({"area-hub": _area_hub, "area-plan": _area_plan, "area-config": _area_config})
