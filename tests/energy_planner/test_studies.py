"""What-ifs by hand: contracts, trades, and hours without the grid."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from energy_planner.errors import PlanCancelled, PlanInputError
from energy_planner.forecast.inputs import Inputs
from energy_planner.optimiser.cancel import Cancel
from energy_planner.plant import (
    Battery,
    DemandCharge,
    FuelCell,
    Grid,
    HydrogenTank,
    Month,
    Plant,
    Tariff,
)
from energy_planner.studies import contracts, island, pareto
from tests.energy_planner import reference_plant

LOAD = np.array([100.0, 400.0, 100.0, 100.0])


def _small() -> tuple[Plant, Inputs, Tariff]:
    plant = Plant(Grid(1000.0), (Battery("b", 200.0, 200.0, 100.0, 1.0, 0.0, 1.0),))
    charge = DemandCharge((Month(1000.0),))
    carbon = np.array([1.0, 0.1, 0.1, 1.0])
    tariff = Tariff(np.full(4, 10.0), np.zeros(4), charge, carbon)
    return plant, Inputs(np.full(4, 0.5), LOAD, np.zeros(4)), tariff


class TestContracts:
    def test_each_is_told_with_its_cost_or_with_what_is_short(self) -> None:
        shares = []
        low, high = contracts(*_small(), (150.0, 300.0), progress=shares.append)
        assert high.outcome
        assert high.outcome.peak_kw <= 300.0
        assert low.outcome is None
        # 200 kW is the least there can be: the battery gives no more than 200 of 400.
        shorts = {conflict.limit: conflict.short for conflict in low.conflicts}
        assert shorts["contract"] == pytest.approx(50.0)
        assert shares == [0.5, 1.0]

    def test_a_tighter_contract_is_never_cheaper_in_energy(self) -> None:
        tight, loose = contracts(*_small(), (200.0, 1000.0))
        assert tight.outcome
        assert loose.outcome
        assert tight.outcome.energy_cost >= loose.outcome.energy_cost - 1e-6

    def test_nonsense_is_refused(self) -> None:
        with pytest.raises(PlanInputError, match="zero kW or more"):
            contracts(*_small(), (-1.0,))


class TestPareto:
    @pytest.mark.parametrize("against", ["peak", "carbon", "reserve"])
    def test_more_of_one_is_less_of_the_other(self, against: str) -> None:
        plant, inputs, tariff = _small()
        found = pareto(plant, inputs, replace(tariff, demand=DemandCharge((Month(1.0),))), against)
        costs = [one.outcome.cost for one in found]
        assert costs == sorted(costs)
        if against == "peak":
            peaks = [one.outcome.peak_kw for one in found]
            assert peaks == sorted(peaks, reverse=True)
            assert peaks[-1] == pytest.approx(200.0)

    def test_what_is_not_known_is_said(self) -> None:
        plant, inputs, tariff = _small()
        with pytest.raises(PlanInputError, match="traded against 'carbon'"):
            pareto(plant, inputs, replace(tariff, carbon=None), "carbon")

    def test_it_stops_when_asked(self) -> None:
        stop = Cancel()
        with pytest.raises(PlanCancelled):
            pareto(*_small(), "peak", cancel=stop, progress=lambda _: stop.ask())


class TestIsland:
    def test_hours_are_what_is_stored_over_what_is_needed(self) -> None:
        plant, inputs, _ = _small()
        lives = island(plant, inputs, 80.0)  # 100 kWh over 80 kW: two half hours and a rest
        assert lives.hours == pytest.approx(1.0)
        assert not lives.whole
        assert lives.carried["b"] == pytest.approx(80.0)
        assert lives.ends_by

    def test_hydrogen_carries_on_where_the_battery_ends(self) -> None:
        steps = 96
        cell, tank = FuelCell("cell", 100.0), HydrogenTank("tank", 250.0, 125.0, np.zeros(steps))
        battery = Battery("b", 100.0, 50.0, 50.0)
        plant = Plant(Grid(500.0), (battery,), (cell,), tank=tank)
        inputs = Inputs(np.full(steps, 0.5), np.full(steps, 300.0), np.zeros(steps))
        lives = island(plant, inputs, 60.0)
        # 125 kg give 2,081 kWh, the battery 38 kWh: 35 h at 60 kW.
        assert 34.5 <= lives.hours <= 35.5
        assert next(iter(lives.carried)) == "cell"

    def test_the_reference_district_for_a_day(self) -> None:
        lives = island(reference_plant.plant(48), reference_plant.inputs(48), 90.0)
        assert lives.whole
        assert lives.hours == 24.0

    def test_without_a_critical_load_there_is_nothing_to_ask(self) -> None:
        plant, inputs, _ = _small()
        with pytest.raises(PlanInputError, match="no critical load"):
            island(plant, inputs, 0.0)
