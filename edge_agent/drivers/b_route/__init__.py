"""The B-route driver: a smart meter behind a Wi-SUN dongle."""

from edge_agent.drivers.b_route.driver import BRouteDriver

__all__ = ["BRouteDriver"]
