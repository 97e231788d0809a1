"""Keeps the releases of this service: see firmware_tools/update/keeping.py beside this file."""

import sys

sys.dont_write_bytecode = True  # root runs this: no file may stay that the package does not know

from firmware_tools.update.keeping import main  # noqa: E402 - only then

sys.exit(main(sys.argv[1:]))
