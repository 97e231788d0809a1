"""The whole suite on this machine: hub, simulators and one edge agent per gateway, as children."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from area_configs.loader import load_area
from desktop.bridge.child_process import ChildProcess

if TYPE_CHECKING:
    from collections.abc import Callable

    from area_configs.domain.areas import Area

_CAREGIVER = "practice"
_READY_S = 180.0  # on a busy machine a hub takes a minute
_TAG = "tag-resident-d"  # an invented resident wears it, who leaves now and then
_PATIENCE_S = 8.0  # an edge agent may take 5 s to drain its log to the hub


class LocalSuite:
    """Starts and stops the processes; everything they write stays below `folder`.

    Attributes:
        worn: devices that an invented resident wears: what they say does not go the common way.
    """

    def __init__(
        self, area: str, folder: Path, say: Callable[[str], None], language: str = "ja"
    ) -> None:
        self.area: Area = load_area(area)
        self.hub_url = ""
        self.ledger = folder / "simulators" / "ledger.jsonl"
        self.reader_key = folder / "reader.key"
        self.manager_key = folder / "manager.key"
        self.care_key = folder / "caregiver.key"
        self.past = folder / "simulated-past.csv"
        self._source = area
        self._folder = folder
        self._say = say
        self._language = language  # of what people wrote about invented residents
        self.worn = frozenset({_TAG}) & {device.id for device in self.area.devices}
        self._hub: ChildProcess | None = None
        self._simulators: ChildProcess | None = None
        self._planner: ChildProcess | None = None
        self._edges: dict[str, ChildProcess] = {}

    def start(self) -> None:
        """Start everything in order, telling each step.

        Raises:
            ChildFailed: a part did not get ready; call `stop` all the same.
        """
        (self._folder / "logs").mkdir(parents=True, exist_ok=True)
        self._step("hub", self._start_hub)
        self._step("simulated devices", self._start_simulators)
        self._step("edge agents", self._start_edges)
        if self.area.energy:
            self._step("energy plans", self._start_planner)

    def check(self) -> None:
        """Raise ChildFailed where a part ended early."""
        for child in self._children():
            child.check()

    def run_child(self, name: str, module: str, arguments: list[str]) -> ChildProcess:
        """Start one more process beside the suite, with its log beside theirs."""
        return ChildProcess(name, module, arguments, self._folder / "logs" / f"{name}.log")

    def stop_edges(self) -> None:
        """Stop the edge agents first: each finishes its polls and drains its log to the hub."""
        for child in self._edges.values():
            child.stop(_PATIENCE_S)

    def edge_status(self) -> dict[str, dict[str, Any]]:
        """Return what each gateway's log says of itself, running or stopped."""
        return {gateway: self._status(gateway) for gateway in self._edges}

    def stop(self) -> None:
        """Stop everything that runs, the sources before the sinks."""
        self.stop_edges()
        for child in (self._planner, self._simulators, self._hub):
            if child:
                child.stop(_PATIENCE_S)

    def _step(self, what: str, start: Callable[[], str]) -> None:
        begun = time.monotonic()
        detail = start()
        self._say(f"  {what:<18} ready in {time.monotonic() - begun:4.1f} s   {detail}")

    def _start_hub(self) -> str:
        data = self._folder / "hub"
        init = self.run_child(
            "hub-init", "platform_hub.server", ["init", str(data), "--area", self._source, "--json"]
        )
        keys = json.loads(init.finish(_READY_S))["keys"]
        for name, key in keys.items():
            _write_secret(self._folder / f"{name}.key", key)
        self._furnish_care(data)
        arguments = ["serve", "--data", str(data), "--port", "0", "--ready-json"]
        self._hub = self.run_child("hub", "platform_hub.server", arguments)
        self.hub_url = self._hub.ready_line(_READY_S)["url"]
        return self.hub_url

    def _furnish_care(self, data: Path) -> None:
        """Give the care page invented residents; their caregiver has a key of its own."""
        practise = ["practise", "--data", str(data), "--caregiver", _CAREGIVER]
        practise += ["--language", self._language]
        practise += [f"--wearable={device}" for device in self.worn]
        self.run_child("hub-practise", "platform_hub.server", practise).finish(_READY_S)
        create = ["key", "create", "--data", str(data), "--role", "caregiver", "--json"]
        made = self.run_child(
            "hub-key", "platform_hub.server", [*create, "--name", _CAREGIVER]
        ).finish(_READY_S)
        _write_secret(self.care_key, json.loads(made)["key"])

    def _start_simulators(self) -> str:
        directory = str(self.ledger.parent)
        leaving = [f"--fault={device}=leaves" for device in self.worn]
        self._simulators = self.run_child(
            "simulators",
            "edge_agent",
            ["simulate", "--area", self._source, "--directory", directory, *leaving],
        )
        ready = self._simulators.ready_line(_READY_S)
        return f"{ready['devices']} devices on {ready['links']} links"

    def _start_edges(self) -> str:
        for gateway in self.area.gateways:
            settings = self._write_settings(gateway.id)
            self._edges[gateway.id] = self.run_child(
                f"edge-{gateway.id}", "edge_agent", ["run", "--config", str(settings)]
            )
        return ", ".join(self._edges)

    def _start_planner(self) -> str:
        """Plan anew every half hour; a hub this young has no past, so a simulated one stands in."""
        arguments = ["--area", self._source, "--output", str(self.past)]
        self.run_child("past", "edge_agent", ["simulate-past", *arguments]).finish(_READY_S)
        roll = ["roll", "--area", self._source, "--hub", self.hub_url]
        keys = ["--key-file", str(self.manager_key), "--history", str(self.past)]
        self._planner = self.run_child("planner", "energy_planner", [*roll, *keys])
        return "learning from a simulated past"

    def _write_settings(self, gateway: str) -> Path:
        path = self._folder / f"{gateway}.toml"
        lines = [
            f"gateway = {json.dumps(gateway)}",
            f"area = {json.dumps(self._area_reference())}",
            f"data = {json.dumps(f'edge-{gateway}')}",
            f"links = {json.dumps(f'simulators/{gateway}/links.toml')}",
            "[hub]",
            f"url = {json.dumps(self.hub_url)}",
            f"key_file = {json.dumps(f'{gateway}.key')}",
            "[monitor]",
            "port = 0",  # several agents on one machine
            "[control]",
            "demand = true",  # it acts only where the energy side's meter is
            "[log]",
            "clock_wait_s = 0",  # a machine that has just been started shows its values at once too
            *self._wearers(gateway),
        ]
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        return path

    def _wearers(self, gateway: str) -> list[str]:
        """Name who wears what from the first reading on; the hub's own word follows."""
        own = {device.id for device in self.area.devices_of(gateway)}
        names = [f'{device} = "resident with a tag"' for device in self.worn & own]
        return ["[care.wearers]", *names] if names else []

    def _area_reference(self) -> str:
        path = Path(self._source)
        return str(path.resolve()) if path.exists() else self._source

    def _status(self, gateway: str) -> dict[str, Any]:
        settings = str(self._folder / f"{gateway}.toml")
        child = self.run_child(
            f"status-{gateway}", "edge_agent", ["status", "--config", settings, "--json"]
        )
        status: dict[str, Any] = json.loads(child.finish(_READY_S))
        return status

    def _children(self) -> list[ChildProcess]:
        rest = [child for child in (self._hub, self._simulators, self._planner) if child]
        return rest + list(self._edges.values())


def _write_secret(path: Path, secret: str) -> None:
    path.touch(mode=0o600)
    path.write_text(secret + "\n", encoding="utf-8")
