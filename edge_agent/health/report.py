"""The status of an agent, told to a person; says when what it tells is old."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from edge_agent.clock import boot_id
from edge_agent.health.data_folder import is_running, read_status
from edge_agent.health.disk_space import shortage

if TYPE_CHECKING:
    from pathlib import Path

_REACH = {True: "reachable", False: "not reachable", None: "not asked yet"}
_SLOW_S = 2.0
_STALE_S = 5.0  # an agent writes about once a second


def status_of(folder: Path, now_us: int | None = None) -> dict[str, Any] | None:
    """Return an agent's status with `state` as it is now, None where none ever ran.

    `state` is `running`, `stopped`, `killed` (it did not stop by itself) or `hanging` (it runs but
    says nothing); `age_s` is how old the status is, by the monotonic clock within one boot.
    """
    status = read_status(folder)
    if status is None:
        return None
    age_s = _age_s(status, now_us)
    state = _state(status["state"], age_s, running=is_running(folder))
    return {**status, "state": state, "age_s": round(age_s, 1)}


def _age_s(status: dict[str, Any], now_us: int | None) -> float:
    """Return the age; the wall clock, which may have been set meanwhile, only where it must be."""
    if now_us is None and status.get("boot") == boot_id():
        return max(0.0, time.monotonic() - float(status["monotonic_s"]))
    now = time.time_ns() // 1000 if now_us is None else now_us
    return max(0.0, (now - int(status["written_us"])) / 1e6)


def lines(status: dict[str, Any]) -> list[str]:
    """Return a status as lines for a terminal."""
    return [*_head(status), *_links(status), "", *_devices(status)]


def _state(said: str, age_s: float, *, running: bool) -> str:
    if not running:
        return "stopped" if said == "stopped" else "killed"
    return "hanging" if age_s > _STALE_S else "running"


def _head(status: dict[str, Any]) -> list[str]:
    log, hub = status["log"], status["hub"]
    old = "" if status["state"] == "running" else f" (this is {_span(status['age_s'])} old)"
    reach = _REACH[hub["reachable"]]
    trouble = f": {hub['last_error']}" if hub["last_error"] else ""
    return [
        f"gateway {status['gateway']} of {status['area']}: {status['state']}{old}",
        f"log: {log['stored']} stored, {log['acknowledged']} acknowledged by the hub, "
        f"{log['backlog']} waiting" + (f", {log['refused']} refused" if log["refused"] else ""),
        *([f"log: {log['last_error']}"] if log["last_error"] else []),
        *([f"log: {words}"] if (words := shortage(status)) else []),
        *_losses(log),
        *_slow(log),
        f"hub: {hub['url']} {reach}{trouble}",
        *_brokers(status.get("sinks", {})),
        *_configuration(status.get("configuration")),
        *_commissioning(status.get("commissioning")),
        *_control(status.get("control")),
    ]


def _losses(log: dict[str, Any]) -> list[str]:
    """Tell what is lost for good or waits for a reason of its own; nothing where nothing is."""
    words = {
        "damaged": "readings can no longer be read",
        "dropped": "readings gave way to newer ones before every sink had them",
        "not_taken": "readings were never taken for want of room or disk",
        "held": "readings wait for the clock to be set",
    }
    return [f"log: {log[key]} {said}" for key, said in words.items() if log.get(key)]


def _slow(log: dict[str, Any]) -> list[str]:
    waiting_s = log.get("waiting_s", 0.0)
    if waiting_s < _SLOW_S:
        return []
    return [
        f"log: the disk is slow: {log['waiting']} readings wait for {_span(waiting_s)}, as does polling"
    ]


def _brokers(sinks: dict[str, Any]) -> list[str]:
    """Tell of the brokers beside the hub, which has lines of its own."""
    return [
        f"{name}: {sink['url']} {_REACH[sink['reachable']]}, {sink['backlog']} waiting"
        + (f", {sink['refused']} refused" if sink["refused"] else "")
        + (f": {sink['error']}" if sink["error"] else "")
        for name, sink in sinks.items()
        if name != "hub"
    ]


def _configuration(found: dict[str, Any] | None) -> list[str]:
    """Tell of a trial and of refused settings; that all is as it was needs no line."""
    if not found:
        return []
    told = [f"settings: refused: {found['words']}"] if found["outcome"] == "refused" else []
    trial = found["trial"]
    if trial and trial["state"] == "pending":
        told.append(f"settings: on trial, the platform has {_span(trial['left_s'])} to answer")
    elif trial and trial["state"] != "confirmed":
        told.append(f"settings: the last change was {trial['state']}: {trial['words']}")
    return told


def _commissioning(found: dict[str, Any] | None) -> list[str]:
    """Tell whose data do not count yet; that all do needs no line."""
    if not found or not (found["under_way"] or found["withheld"]):
        return []
    named = ", ".join(f"{device} ({stage})" for device, stage in found["under_way"].items())
    return [f"commissioning: {found['withheld']} readings withheld; under way: {named or 'none'}"]


def _control(found: dict[str, Any] | None) -> list[str]:
    """Tell of the demand that is held here, the plan, and what waits for a word at the gateway."""
    if not found:
        return []
    demand, plan, orders = found["demand"], found["plan"], found["orders"] or {}
    told = [_demand(demand)] if demand else []
    if plan:
        state = "in force" if plan["in_force"] else "not in force now"
        told.append(f"plan: {plan['id']} version {plan['version']}, {state}")
    if orders.get("trouble"):
        told.append(f"orders: none are fetched: {orders['trouble']}")
    waiting = orders.get("to_confirm", {})
    return told + [f"to confirm: {words}: area-edge confirm {i}" for i, words in waiting.items()]


def _demand(demand: dict[str, Any]) -> str:
    if demand["import_kw"] is None:
        return f"demand: no new reading of {demand['meter']}: nothing is charged from the grid"
    source = f"plan {demand['plan']}" if demand["plan"] else "own rule"
    away = [name for name, asset in demand["assets"].items() if not asset["available"]]
    return (
        f"demand: {demand['import_kw']:.1f} kW now, {demand['predicted_kw']:.1f} kW predicted, "
        f"target {demand['target_kw']:.1f} kW ({source}), stage {demand['stage']}"
        + (f"; not at hand: {', '.join(away)}" if away else "")
    )


def _links(status: dict[str, Any]) -> list[str]:
    return [
        f"link {name}: {link['state']}"
        + (f", {link['words']}" if link["state"] == "open" else _broken(link))
        + _restarts(status, f"link {name}")
        for name, link in status["links"].items()
    ]


def _broken(link: dict[str, Any]) -> str:
    """Tell why a link is not open, and when the breaker lets the next try through."""
    retry = ""
    if link["state"] == "down" and link.get("retry_s"):
        retry = f"; {link['failures']} failures in a row, tried again after {link['retry_s']:.0f} s"
    return f", {link['last_error']}{retry}"


def _restarts(status: dict[str, Any], task: str) -> str:
    record = status.get("tasks", {}).get(task)
    if not record or not record["restarts"]:
        return ""
    return f"; restarted {record['restarts']} times, the last: {record['last_reason']}"


def _devices(status: dict[str, Any]) -> list[str]:
    return [
        _device(name, device, status["written_us"]) for name, device in status["devices"].items()
    ]


def _device(name: str, device: dict[str, Any], written_us: int) -> str:
    if not device["last_ok_us"]:
        return f"{name}: no answer yet{_because(device)}"
    ago = _span(max(0.0, (written_us - device["last_ok_us"]) / 1e6))
    counts = f"{device['readings']} readings in {device['polls']} polls"
    return f"{name}: answered {ago} before, {counts}" + (
        _because(device) if device["consecutive_failures"] else ""
    )


def _because(device: dict[str, Any]) -> str:
    return f"; {device['last_error']}" if device["last_error"] else ""


def _span(seconds: float) -> str:
    if seconds < 90:  # noqa: PLR2004 - people count seconds up to a minute and a half
        return f"{seconds:.0f} s"
    if seconds < 90 * 60:
        return f"{seconds / 60:.0f} min"
    return f"{seconds / 3600:.0f} h"
