"""Runs inside a booted container as root: installs, breaks, upgrades and purges; writes results.json.

Standard library only. Each step is a function; what it returns stands in the results under its
name, and what it raises under `error`, so that one failure does not hide the others.
"""

from __future__ import annotations

import json
import os
import pwd
import signal
import time
import traceback
import urllib.request
from pathlib import Path

from booted import (
    HERE,
    ROOT,
    SETTINGS,
    active,
    decided,
    files,
    install,
    last_trial,
    link,
    pending,
    running,
    service,
    sh,
    state,
    wait_for,
)

TRUST = Path("/etc/area-edge-trust")
TRIAL_S = 60  # 15 min on a gateway
DEFAULTS = Path("/etc/default/area-edge")
IDLE_S = 20
BEFORE: set[str] = set()


def no_network():
    """A network without routes: only loopback is there."""
    BEFORE.update(files())
    routes = Path("/proc/net/route").read_text().splitlines()[1:]
    return {
        "routes": routes,
        "interfaces": sorted(one.name for one in Path("/sys/class/net").iterdir()),
    }


def first_install():
    done = install("first")
    owner = pwd.getpwnam("area-edge")
    return {
        **done,
        "running": running(),
        "pending": "pending" in state(),
        "enabled": sh("systemctl", "is-enabled", "area-edge")[1],
        "active": active(),
        "shell": owner.pw_shell,
        "help": [sh(name, "--help")[0] for name in ("area-edge", "area-tech", "area-config")],
        "owned_by_root": ROOT.stat().st_uid == 0,
        "mode_of_data": oct(Path("/var/lib/area-edge").stat().st_mode & 0o777),
        "trust": [TRUST.stat().st_uid, oct(TRUST.stat().st_mode & 0o777)],
        "service_writes_trust": sh("runuser", "-u", "area-edge", "--", "touch", str(TRUST / "x"))[
            0
        ],
    }


def waits_to_be_claimed():
    claim = Path("/var/lib/area-edge/claim.toml")
    claim.write_text('gateway = "gw-yard"\ncode = "48213907"\nhub_ca = ""\n')
    os.chown(claim, pwd.getpwnam("area-edge").pw_uid, -1)
    claim.chmod(0o600)
    code, words = sh("systemctl", "start", "area-edge")
    with urllib.request.urlopen("http://127.0.0.1:9465/claim/v1/state", timeout=10) as answer:
        said = json.load(answer)
    sh("systemctl", "stop", "area-edge")
    claim.unlink()
    return {"code": code, "words": words, "state": said}


def starts_with_settings():
    owner = pwd.getpwnam("area-edge")
    for name in ("edge.toml", "area.toml"):
        (SETTINGS.parent / name).write_text((HERE / name).read_text())
        os.chown(SETTINGS.parent / name, owner.pw_uid, owner.pw_gid)
    began = time.monotonic()
    code, words = sh("systemctl", "start", "area-edge")
    seconds = round(time.monotonic() - began, 1)
    time.sleep(IDLE_S)
    pid = service("area-edge", "MainPID")["MainPID"]
    memory = Path(f"/proc/{pid}/status").read_text()
    resident = next(line.split()[1] for line in memory.splitlines() if line.startswith("VmRSS"))
    return {
        "code": code,
        "words": words,
        "seconds": seconds,
        "active": active(),
        "user": pwd.getpwuid(Path(f"/proc/{pid}").stat().st_uid).pw_name,
        "idle_mib": round(int(resident) / 1024, 1),
        "status": sh("area-edge", "status", "--config", str(SETTINGS))[0],
        "journal": bool(sh("journalctl", "-u", "area-edge", "-o", "cat", "-n", "5")[1]),
        "watchdog": service("area-edge", "WatchdogUSec")["WatchdogUSec"],
    }


def comes_back_after_a_kill():
    before = service("area-edge", "MainPID")["MainPID"]
    os.kill(int(before), signal.SIGKILL)

    def another():
        return active() and service("area-edge", "MainPID")["MainPID"] not in {before, "0"}

    return {"seconds": wait_for(another)}


def _short_trials():
    """Have trials of this container take a minute, and looks come every few seconds."""
    units = Path("/run/systemd/system")
    text = Path("/lib/systemd/system/area-edge-trial.service").read_text()
    judge = next(line for line in text.splitlines() if line.startswith("ExecStart="))
    for name, lines in {
        "service": f"[Service]\nExecStart=\n{judge} {TRIAL_S}\n",
        "timer": "[Timer]\nOnActiveSec=\nOnUnitActiveSec=\nOnActiveSec=3\nOnUnitActiveSec=5\n",
    }.items():
        drop_in = units / f"area-edge-trial.{name}.d" / "quick.conf"
        drop_in.parent.mkdir(parents=True, exist_ok=True)
        drop_in.write_text(lines)
    sh("systemctl", "daemon-reload")


def upgrade():
    """There is no hub, nor was there one: it is kept as it is healthy by itself."""
    _short_trials()
    DEFAULTS.write_text(DEFAULTS.read_text() + "# edited here\n")
    done = install("second")
    wait_for(active)
    on_trial, timer = pending(), active("area-edge-trial.timer")
    seconds = wait_for(decided)
    kept = sorted(one.name for one in (ROOT / "releases").iterdir())
    return {
        **done,
        "on_trial": on_trial,
        "timer": timer,
        "decided_s": seconds,
        "trial": last_trial(),
        "running": running(),
        "state": state(),
        "kept": kept,
    }


def the_hub_hears_of_it():
    wait_for(link)
    done = install("third")
    seconds = wait_for(decided)

    def quiet():
        return not active("area-edge-trial.timer")

    wait_for(quiet)
    return {**done, "decided_s": seconds, "running": running(), "trial": last_trial()}


def the_hub_does_not_hear_of_it():
    """It was reached before and is not: whatever the cause, the release before runs again."""
    wait_for(link)
    done = install("fourth")
    sh("systemctl", "stop", "area-hub")
    seconds = wait_for(decided)
    wait_for(active)
    sh("systemctl", "start", "area-hub")
    told = sh("area-tech", "update", "status")[1]
    wait_for(link)
    return {**done, "decided_s": seconds, "running": running(), "trial": last_trial(), "told": told}


def conffile_is_kept():
    return {"edited": "# edited here" in DEFAULTS.read_text()}


def _broken(name):
    began = time.monotonic()
    done = install(name)

    def back():
        return "rolled_back" in state() and active()

    wait_for(back)
    return {
        **done,
        "running": running(),
        "why": state()["why"],
        "rolled_back": state()["rolled_back"],
        "until_it_ran_again_s": round(time.monotonic() - began, 1),
        "package": sh("dpkg-query", "-W", "-f", "${Version} ${Status}", "area-edge")[1],
    }


def one_that_crashes_is_taken_back():
    return _broken("crashing")


def one_that_hangs_is_taken_back():
    drop_in = Path("/run/systemd/system/area-edge.service.d/quick.conf")
    drop_in.parent.mkdir(parents=True, exist_ok=True)
    drop_in.write_text("[Service]\nTimeoutStartSec=12\n")
    sh("systemctl", "daemon-reload")
    try:
        return _broken("hanging")
    finally:
        drop_in.unlink()
        sh("systemctl", "daemon-reload")


def half_a_package_is_refused():
    before = running()
    done = install("torn")
    wait_for(active)
    return {**done, "before": before, "running": running()}


def a_full_disk_is_refused():
    sh("mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", str(HERE / "small"))
    code, words = sh(
        "python3",
        "/usr/lib/area-edge/release.py",
        "package",
        str(HERE / "small/opt"),
        "/usr/lib/area-edge/release.tar.xz",
        "1.0",
    )
    left = [one.name for one in (HERE / "small").rglob("*")]
    sh("umount", str(HERE / "small"))
    return {"code": code, "words": words, "left": left}


def downgrade():
    done = install("first")
    wait_for(active)
    wait_for(decided)
    return {**done, "running": running(), "trial": last_trial()}


def remove():
    code, words = sh("dpkg", "-r", "area-edge")
    return {
        "code": code,
        "words": words,
        "programs": ROOT.exists(),
        "settings": SETTINGS.exists(),
        "active": active(),
    }


def _residue(name):
    accounts = [sh("getent", kind, name)[0] for kind in ("passwd", "group")]
    _, units = sh("systemctl", "list-unit-files", "--no-legend", f"{name}*")
    helpers = [str(one) for one in Path("/var/lib/systemd").rglob(f"*{name}*")]
    helpers += [str(one) for one in Path("/var/lib/dpkg/info").glob(f"{name}*")]
    return {"files": sorted(files() - BEFORE) + helpers, "accounts": accounts, "units": units}


def purge():
    code, words = sh("dpkg", "-P", "area-edge")
    found = _residue("area-edge")
    hubs = set(sh("dpkg", "-L", "area-hub")[1].splitlines())  # it is still there
    found["files"] = [one for one in found["files"] if one not in hubs and "area-hub" not in one]
    return {"code": code, "words": words, **found}


def hub():
    area = HERE / "hub-area"
    area.mkdir()
    (area / "area.toml").write_text((HERE / "area.toml").read_text())
    done = install("hub")
    if done["code"]:
        raise RuntimeError(done["words"])
    enabled, before = sh("systemctl", "is-enabled", "area-hub")[1], active("area-hub")
    made = sh(
        *("runuser", "-u", "area-hub", "--", "area-hub", "init", "/var/lib/area-hub"),
        *("--area", str(area)),
    )
    defaults = Path("/etc/default/area-hub")
    options = 'AREA_HUB_OPTIONS="--host 127.0.0.1 --port 8080 --no-auth"'
    defaults.write_text(f"{defaults.read_text()}\n{options}\n")  # gateways here have no key
    began = time.monotonic()
    code, words = sh("systemctl", "start", "area-hub")
    seconds = round(time.monotonic() - began, 1)
    with urllib.request.urlopen("http://127.0.0.1:8080/health", timeout=10) as answer:
        health = answer.status
    pid = service("area-hub", "MainPID")["MainPID"]
    return {
        **done,
        "enabled": enabled,
        "active_before_init": before,
        "init": made[0],
        "start": code,
        "start_words": words,
        "start_s": seconds,
        "health": health,
        "user": pwd.getpwuid(Path(f"/proc/{pid}").stat().st_uid).pw_name,
    }


def hub_purge():
    code, words = sh("dpkg", "-P", "area-hub")
    return {"code": code, "words": words, **_residue("area-hub")}


STEPS = (
    no_network,
    first_install,
    waits_to_be_claimed,
    starts_with_settings,
    comes_back_after_a_kill,
    upgrade,
    conffile_is_kept,
    hub,
    the_hub_hears_of_it,
    the_hub_does_not_hear_of_it,
    one_that_crashes_is_taken_back,
    one_that_hangs_is_taken_back,
    half_a_package_is_refused,
    downgrade,
    a_full_disk_is_refused,
    remove,
    purge,
    hub_purge,
)


def main():
    (HERE / "small").mkdir(exist_ok=True)
    results = {}
    for step in STEPS:
        began = time.monotonic()
        try:
            results[step.__name__] = step()
        except Exception:  # noqa: BLE001 - the test shows it
            log = sh("journalctl", "-u", "area-edge", "-u", "area-hub", "-o", "cat", "-n", "30")[1]
            results[step.__name__] = {"error": traceback.format_exc(), "journal": log}
        results[step.__name__]["took_s"] = round(time.monotonic() - began, 1)
        (HERE / "results.json").write_text(json.dumps(results, indent=1))


if __name__ == "__main__":
    main()
