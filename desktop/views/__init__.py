"""The console's widgets: they draw models and know nothing of the hub."""
