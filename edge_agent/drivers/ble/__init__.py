"""Bluetooth Low Energy: wearables that are connected to, sensors and tags that broadcast."""

from edge_agent.drivers.ble.driver import BleDriver

__all__ = ["BleDriver"]
