"""The composition root: the parts of a hub put together, founded, described and served."""

from platform_hub.server.app.description import openapi

__all__ = ["openapi"]
