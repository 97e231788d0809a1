"""Confirmations at the gateway: who stands beside the machine says that a command may go out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from area_configs.domain.errors import SmartAreaError
from edge_agent.health import data_folder

if TYPE_CHECKING:
    from pathlib import Path

FOLDER = "confirmations"


class NothingToConfirm(SmartAreaError):
    """Look at `area-edge status`: the order does not wait for a confirmation here."""


def confirm(data: Path, order: str) -> None:
    """Let an order go out that waits for it.

    Raises:
        NothingToConfirm: it does not wait.
        SmartAreaError: the data folder cannot be written.
    """
    status = data_folder.read_status(data) or {}
    orders = (status.get("control") or {}).get("orders") or {}
    waiting = orders.get("to_confirm", {})
    if order not in waiting or not data_folder.is_running(data):
        known = ", ".join(waiting) or "none"
        raise NothingToConfirm(f"order {order} does not wait for a confirmation; waiting: {known}")
    try:
        (data / FOLDER).mkdir(exist_ok=True)
        (data / FOLDER / order).touch(mode=0o600)
    except OSError as error:
        raise SmartAreaError(f"{data / FOLDER} cannot be written: {error.strerror}") from error


def taken(data: Path, order: str) -> bool:
    """Tell whether an order was confirmed; it is then no longer kept."""
    file = data / FOLDER / order
    if not file.exists():
        return False
    file.unlink(missing_ok=True)
    return True
