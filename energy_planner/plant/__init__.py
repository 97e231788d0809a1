"""What the planner may use: the assets of an area, their limits, and what energy costs."""

from energy_planner.plant.grid import DemandCharge, Grid, Month, Tariff
from energy_planner.plant.heat import Heat
from energy_planner.plant.hydrogen import Delivery, Electrolyser, FuelCell, HydrogenTank
from energy_planner.plant.loads import EvSession, SheddableLoad, ShiftableLoad
from energy_planner.plant.plant import Plant
from energy_planner.plant.storage import Battery

__all__ = [
    "Battery",
    "Delivery",
    "DemandCharge",
    "Electrolyser",
    "EvSession",
    "FuelCell",
    "Grid",
    "Heat",
    "HydrogenTank",
    "Month",
    "Plant",
    "SheddableLoad",
    "ShiftableLoad",
    "Tariff",
]
