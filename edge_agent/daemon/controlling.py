"""Controlling: the board, the gate and what goes through it: the demand control and the hub's orders."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from edge_agent.configuration.durable import replace_durably
from edge_agent.configuration.office import Office
from edge_agent.control.assets import assets_of
from edge_agent.control.audit import DEMAND_FILE, AuditTrail
from edge_agent.control.board import Board
from edge_agent.control.execution import Gate
from edge_agent.control.flexible import flexible_of
from edge_agent.control.following import Following
from edge_agent.control.holding import Holding, Means, Site
from edge_agent.control.plan_shelf import PlanShelf
from edge_agent.daemon.order_book import OrderBook
from edge_agent.daemon.orders import Desk, Orders

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Awaitable, Callable, Sequence

    from area_configs.domain.readings import Reading
    from edge_agent.clock import Clock
    from edge_agent.control.assets import Asset
    from edge_agent.control.execution import Line
    from edge_agent.daemon.configuring import Configuration
    from platform_hub.client.area_client import AreaClient
    from platform_hub.wire.gateways import GatewayReport

    Task = Callable[[asyncio.Event], Awaitable[None]]
    Deliver = Callable[[Sequence[Reading]], Awaitable[None]]
    Connect = Callable[[Configuration], AreaClient]


class Controlling:
    """Owns what may tell devices something; it works with or without a hub."""

    def __init__(
        self,
        configuration: Configuration,
        line: Line,
        deliver: Deliver,
        clock: Clock,
        connect: Connect | None = None,
        describe: Callable[[], GatewayReport | None] = lambda: None,
    ) -> None:
        """Set it up.

        Args:
            configuration: that in force; `configuration` may be set to another one.
            line: the way to the devices.
            deliver: takes the demand control's own readings.
            clock: the clock.
            connect: returns a client of the hub; without it no orders are fetched.
            describe: says how this gateway is, for the hub.
        """
        self.configuration = configuration
        self._line = line
        self._to_log = deliver
        self._clock = clock
        self._connect = connect
        self._describe = describe
        folder = configuration.settings.data
        folder.mkdir(parents=True, exist_ok=True)
        self._board = Board(clock)
        self._gate = Gate(line, self._board, AuditTrail(folder), clock)
        self._trail = AuditTrail(folder, DEMAND_FILE)
        self._shelf = PlanShelf(folder, configuration.installation.area.id, replace_durably)
        self._book = OrderBook(folder)
        self._own = 0
        self._holding: Holding | Following | None = None
        self._orders: Orders | None = None

    def tasks(self) -> dict[str, Task]:
        """Return the tasks to run, by name; a changed configuration needs them renewed."""
        return {"control": self._hold, "orders": self._take_orders}

    def concerns(self, new: Configuration) -> bool:
        """Tell whether another configuration changes anything of this."""
        old = self.configuration
        here = (old.settings.control, old.installation.area, old.ways, old.settings.hub_public_key)
        then = (new.settings.control, new.installation.area, new.ways, new.settings.hub_public_key)
        return here != then

    async def deliver(self, readings: Sequence[Reading]) -> None:
        """Take readings to the board, then to the log; returns once they are durable."""
        self._board.put(readings)
        await self._to_log(readings)

    def status(self) -> dict[str, Any]:
        """Return what the status says of control and orders."""
        plan = self._shelf.held
        return {
            "own_readings": self._own,
            "demand": self._holding.status() if isinstance(self._holding, Holding) else None,
            "plan": plan
            and {
                "id": plan.id,
                "version": plan.version,
                "valid_from_us": plan.valid_from_us,
                "valid_until_us": plan.valid_until_us,
                "in_force": self._shelf.current(self._clock.now_us()) is not None,
            },
            "orders": self._orders.status() if self._orders else None,
        }

    async def _hold(self, stop: asyncio.Event) -> None:
        holding = self._holds()
        if holding is None:
            await stop.wait()
            return
        self._holding = holding
        try:
            await holding.run(stop)
        finally:
            self._holding = None

    async def _tell(self, readings: Sequence[Reading]) -> None:
        self._own += len(readings)
        await self.deliver(readings)

    def _holds(self) -> Holding | Following | None:
        """Return what holds the demand; where the meter is elsewhere, what follows the plan."""
        settings, area = self.configuration.settings, self.configuration.installation.area
        energy = area.energy
        if energy is None or not settings.control.demand:
            return None
        assets = self._assets()
        if area.device(energy.meter).gateway != self.configuration.installation.gateway.id:
            follows = Following(assets, self._gate, self._shelf, self._board, self._clock)
            return follows if assets else None
        target_kw = settings.control.target_kw or energy.contract_kw
        means = Means(self._gate, self._board, self._shelf, self._trail, self._tell)
        return Holding(Site(energy.meter, target_kw, assets), means, self._clock)

    def _assets(self) -> list[Asset]:
        installation = self.configuration.installation
        area, gateway = installation.area, installation.gateway.id
        return [*assets_of(area, gateway), *flexible_of(area, gateway, self._clock.now_us)]

    async def _take_orders(self, stop: asyncio.Event) -> None:
        if self._connect is None:
            await stop.wait()
            return
        self._orders = Orders(self._desk(self._connect), self._clock)
        await self._orders.run(stop)

    def _desk(self, connect: Connect) -> Desk:
        configuration = self.configuration
        settings = configuration.settings
        return Desk(
            gateway=settings.gateway,
            folder=settings.data,
            connect=lambda: connect(configuration),
            hub_key=settings.hub_public_key,
            gate=self._gate,
            shelf=self._shelf,
            book=self._book,
            powers_kw={asset.device: asset.power_kw for asset in self._assets()},
            hands_off=self._hands_off,
            describe=self._describe,
            office=Office(settings.file),
        )

    def _hands_off(self, device: str) -> None:
        if self._holding:
            self._holding.hands_off(device)
