"""The data folder: whose it is, what the log in it says, and whether settings can be changed safely."""

from __future__ import annotations

import os
import socket
from typing import TYPE_CHECKING, Any

from edge_agent.doctor.check import Check
from edge_agent.health.data_folder import is_running, owner
from edge_agent.health.endpoint import HOST
from edge_agent.store import LogUnavailable, stats_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from edge_agent.settings import Settings
    from edge_agent.store import LogStats

_SLOW_S = 2.0


def checks(settings: Settings, status: dict[str, Any] | None) -> Iterator[Check]:
    """Yield a check for the lock, the log, the settings folder and the monitor's port."""
    running = is_running(settings.data)
    yield _lock(settings, status, running=running)
    yield _log(settings, status, running=running)
    yield _changes(settings)
    if settings.monitor_port and not running:
        yield _port(settings.monitor_port)


def _lock(settings: Settings, status: dict[str, Any] | None, *, running: bool) -> Check:
    if not running:
        killed = status is not None and status["state"] == "killed"
        words = "no agent runs" + ("; the last one did not stop by itself" if killed else "")
        ja = "エージェントは止まっています" + ("。前回は強制終了されました" if killed else "")
        return Check("agent", "ok", words, ja)
    who = f"process {owner(settings.data)}"
    ja = f"プロセス {owner(settings.data)}"
    if status and status["state"] == "hanging":
        words = f"{who} has said nothing for {status['age_s']:.0f} s: look at its log, restart it"
        ja = f"{ja} が {status['age_s']:.0f} 秒間応答しません。ログを見て、再起動してください"
        return Check("agent", "fail", words, ja)
    restarts = sum(task["restarts"] for task in (status or {}).get("tasks", {}).values())
    if restarts:
        words = f"{who} runs, {restarts} restarts inside: area-edge status"
        ja = f"{ja} が動作中。内部の再起動 {restarts} 回。area-edge status で確認してください"
        return Check("agent", "warn", words, ja)
    return Check("agent", "ok", f"{who} runs", f"{ja} が動作中")


def _log(settings: Settings, status: dict[str, Any] | None, *, running: bool) -> Check:
    if not settings.log_folder.exists():
        return Check(
            "log", "ok", "none yet: the agent makes it", "まだありません (自動で作られます)"
        )
    try:
        found = stats_of(settings.log_folder)
    except LogUnavailable as error:
        return Check("log", "fail", str(error))
    log = status["log"] if status and running else {}
    if log.get("last_error"):
        words = f"{log['refused']} readings refused: {log['last_error']}"
        ja = f"{log['refused']} 件の値を保存できません ({log['last_error']})"
        return Check("log", "fail", words, ja)
    if log.get("waiting_s", 0.0) > _SLOW_S:
        words = f"readings wait {log['waiting_s']:.0f} s for the disk: use a faster one"
        ja = f"値が書き込みを {log['waiting_s']:.0f} 秒待っています。もっと速いディスクにしてください"
        return Check("log", "warn", words, ja)
    return _counted(found)


def _counted(found: LogStats) -> Check:
    waiting = found.of("hub").backlog
    words = f"{found.stored} readings stored, {waiting} wait for the hub"
    ja = f"保存済み {found.stored} 件、ハブへの送信待ち {waiting} 件"
    if found.damaged:
        words += f", {found.damaged} damaged: check the disk, replace an old SD card"
        ja += f"、破損 {found.damaged} 件。ディスクを確認し、古いSDカードは交換してください"
    if found.dropped or found.not_taken:
        words += f", {found.dropped} dropped, {found.not_taken} not taken: give it a larger disk"
        ja += (
            f"、送信前に削除 {found.dropped} 件、保存できなかった値 {found.not_taken} 件。"
            "もっと大きいディスクにしてください"
        )
    lost = found.damaged or found.dropped or found.not_taken
    return Check("log", "warn" if lost else "ok", words, ja)


def _changes(settings: Settings) -> Check:
    """A change that cuts the gateway off is taken back by the agent: it must be able to."""
    folder = settings.file.absolute().parent
    if os.access(folder, os.W_OK):
        ja = f"{folder} に書き込めます"
        return Check("settings folder", "ok", f"{folder} may be written", ja)
    words = (
        f"{folder} may not be written by this user: a change could not be taken back; "
        "chown it to the agent's user"
    )
    ja = (
        f"{folder} に書き込めないため、設定の変更を元に戻せません。"
        "所有者をエージェントのユーザーにしてください"
    )
    return Check("settings folder", "warn", words, ja)


def _port(port: int) -> Check:
    try:
        socket.create_server((HOST, port)).close()
    except OSError as error:
        why = os.strerror(error.errno or 0)  # create_server adds the address to its words
        words = f"{HOST}:{port} cannot be had ({why}): set another `port` in [monitor]"
        ja = f"{HOST}:{port} が使えません ({why})。[monitor] の port を変えてください"
        return Check("monitor", "warn", words, ja)
    return Check("monitor", "ok", f"{HOST}:{port} is free", f"{HOST}:{port} は空いています")
