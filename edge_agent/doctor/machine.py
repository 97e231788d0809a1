"""The machine itself: its clock and its temperature."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from edge_agent.doctor.check import Check

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from edge_agent.doctor.check import Level, Machine

_EARLIEST = datetime(2026, 1, 1, tzinfo=UTC)  # before this program: a clock that was never set
_JUMP_S = 60.0
_WARM_C, _HOT_C = 75.0, 85.0  # a Raspberry Pi slows down from 80 on and more from 85


def checks(here: Machine, status: dict[str, Any] | None) -> Iterator[Check]:
    """Yield a check for the temperature and for the clock."""
    yield temperature(here.sys)
    yield _time(here, status)


def temperature(sys: Path) -> Check:
    """Judge the warmest sensor."""
    found = [_celsius(zone) for zone in sorted((sys / "class/thermal").glob("thermal_zone*"))]
    known = [celsius for celsius in found if celsius is not None]
    if not known:
        return Check("temperature", "ok", "no sensor tells it", "温度センサーがありません")
    words = f"{max(known):.0f} °C"
    if max(known) < _WARM_C:
        return Check("temperature", "ok", words, words)
    level: Level = "warn" if max(known) < _HOT_C else "fail"
    ja = f"{words}。盤の通気を良くし、ほこりと日当たりを確認してください"
    remedy = "give the cabinet air, look for dust and sun"
    return Check("temperature", level, f"{words}: {remedy}", ja)


def _celsius(zone: Path) -> float | None:
    try:
        return int((zone / "temp").read_text(encoding="ascii")) / 1000
    except (OSError, ValueError):  # a sensor that sleeps answers with an error
        return None


def _time(here: Machine, status: dict[str, Any] | None) -> Check:
    now_us = here.clock.now_us()
    now = datetime.fromtimestamp(now_us / 1e6, UTC)
    at = f"{now:%Y-%m-%d %H:%M:%S} UTC"
    if now < _EARLIEST:
        words = f"{at} is in the past: set up time synchronisation"
        return Check("clock", "fail", words, f"{at} は過去の時刻です。時刻合わせを設定してください")
    back_s = (status["written_us"] - now_us) / 1e6 if status else 0.0
    if back_s > _JUMP_S:
        words = (
            f"{at} is {back_s:.0f} s before what the agent last wrote: the clock was set back; "
            "check the time source and its battery"
        )
        ja = f"{at} は最後の記録より {back_s:.0f} 秒前です。時刻源と電池を確認してください"
        return Check("clock", "warn", words, ja)
    if not here.synchronised():
        ja = f"{at}。時刻が合わされていません。NTP を有効にしてください"
        return Check("clock", "warn", f"{at}, set by no time source: turn NTP on", ja)
    return Check("clock", "ok", f"{at}, synchronised", f"{at}、時刻は合っています")
