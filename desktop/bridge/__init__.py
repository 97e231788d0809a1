"""The console's way out: the hub, the local suite of child processes, work off the GUI thread."""
