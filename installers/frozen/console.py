"""Programs of a desk: the console, and all that its demonstration starts on the same machine."""

from launching import launch


def _area_console() -> None:
    from desktop.cli import app

    app()


def _area_config() -> None:
    from area_configs.cli import app

    app()


def _area_plan() -> None:
    from energy_planner.cli import app

    app()


def _area_tech() -> None:
    from firmware_tools.cli import app
    from firmware_tools.cli.shell import hear_interrupts

    hear_interrupts()
    app()


def _area_edge() -> None:
    from edge_agent.cli import app

    app(prog_name="area-edge")


def _area_hub() -> None:
    from platform_hub.server.cli import app

    app(prog_name="area-hub")


launch(
    {
        "area-console": _area_console,
        "area-config": _area_config,
        "area-plan": _area_plan,
        "area-tech": _area_tech,
    },
    {
        "desktop": _area_console,
        "edge_agent": _area_edge,
        "energy_planner": _area_plan,
        "firmware_tools": _area_tech,
        "platform_hub.server": _area_hub,
    },
)
