"""What the console knows, without widgets: models that views and twin draw."""
