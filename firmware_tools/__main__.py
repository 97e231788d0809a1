"""`python -m firmware_tools` is `area-tech`, as a child of the console too."""

from firmware_tools.cli import app
from firmware_tools.cli.shell import hear_interrupts

hear_interrupts()
app()
