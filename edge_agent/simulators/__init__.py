"""Simulators: devices without hardware that speak the real protocols and note what they said."""

from edge_agent.simulators.serving import Simulation, serve

__all__ = ["Simulation", "serve"]
