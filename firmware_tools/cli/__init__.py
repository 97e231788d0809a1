"""`area-tech`: from a blank card to data in the hub, and what keeps it there.

Exit status: 0 done, 1 failed, 2 a file or argument is wrong or something was refused, 4 a gateway,
device or the hub is not reachable, 130 interrupted.
"""

from __future__ import annotations

from area_configs.command_line import program
from firmware_tools.cli import cards, claims, devices, field, fleet, updates

app = program("area-tech", "A technician's tools: cards, claims, commissioning, updates, firmware.")
cards.register(app)
claims.register(app)
field.register(app)
fleet.register(app)
app.add_typer(updates.app)
app.add_typer(devices.app)
