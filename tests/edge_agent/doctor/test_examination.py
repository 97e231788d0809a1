"""The doctor says of everything an agent needs whether it is right, and how to mend it."""

from __future__ import annotations

import itertools
import os
import shutil
import socket
import ssl
import subprocess
from email.utils import formatdate

import pytest

from area_configs.domain.readings import Reading
from edge_agent.configuration.identity import make_identity
from edge_agent.doctor import Machine, examine, folder, platform
from edge_agent.health.data_folder import FolderLock, write_status
from edge_agent.store import LogStats, ReadingLog


def test_all_is_well(yard):
    checks = yard.checks()
    assert {level for level, _ in checks.values()} == {"ok"}
    assert list(checks) == [
        "settings",
        "area",
        "link bus",
        "link lan",
        "radio",
        "hub",
        "hub time",
        "hub key",
        "agent",
        "log",
        "settings folder",
        "disk",
        "disk writes",
        "temperature",
        "clock",
    ]
    assert checks["area"][1] == "yard: 1 devices, 2 links"


def test_wrong_settings_end_the_examination(yard):
    yard.change("gateway", "gatway")
    checks = list(yard.checks().items())
    assert [name for name, _ in checks] == ["settings"]
    assert checks[0][1][0] == "fail"


def test_settings_that_do_not_fit_the_area(yard):
    yard.change("gw-yard", "gw-yrd")
    checks = yard.checks()
    assert "did you mean 'gw-yard'?" in checks["installation"][1]
    assert checks["hub"][0] == "ok"


def test_links_are_looked_at_while_a_secret_is_wrong(yard):
    secret = yard.folder / "data" / "secrets" / "meter.pin"
    secret.parent.mkdir(parents=True)
    secret.write_text("123456")
    secret.chmod(0o644)
    checks = yard.checks()
    assert "chmod 600" in checks["installation"][1]
    assert checks["link bus"][0] == "ok"


@pytest.mark.parametrize(("keys", "level"), [({"Bearer k"}, "ok"), (set(), "fail")])
def test_the_key(yard, hub, keys, level):
    hub.keys = keys
    (yard.folder / "hub.key").write_text("k")
    (yard.folder / "hub.key").chmod(0o600)
    yard.change("[hub]\n", '[hub]\nkey_file = "hub.key"\n')
    found = yard.checks()["hub key"]
    assert found[0] == level
    assert ("ask for another" in found[1]) == (level == "fail")


@pytest.mark.parametrize(("known", "level"), [(True, "ok"), (False, "fail")])
def test_the_gateways_own_key(yard, hub, known, level):
    """The hub knows a token by who signed it; this one knows every token or none."""
    make_identity(yard.folder / "data" / "identity.pem")
    hub.keys = AnyKey() if known else set()
    checks = yard.checks()
    assert checks["gateway key"][0] == "ok"
    assert checks["hub key"][0] == level
    assert ("register what `area-edge identity` shows" in checks["hub key"][1]) == (not known)


class AnyKey:
    """Every key is known, none is not."""

    def __contains__(self, key):
        return str(key).startswith("Bearer ")


@pytest.mark.parametrize("spoiled", ["open", "torn"])
def test_a_gateway_key_that_cannot_be_used(yard, spoiled):
    file = yard.folder / "data" / "identity.pem"
    make_identity(file)
    if spoiled == "open":
        file.chmod(0o644)
    else:
        file.write_text("-----BEGIN")
    level, words = yard.checks()["gateway key"]
    assert level == "fail"
    assert str(file) in words


def test_a_hub_that_asks_for_a_key(yard, hub):
    hub.keys = set()
    assert "set `key_file` in [hub]" in yard.checks()["hub key"][1]


@pytest.mark.parametrize(
    ("ahead_s", "level", "words"),
    [
        (2, "ok", "this clock and the hub's agree"),
        (60, "warn", "this clock is 60 s behind the hub's: turn NTP on, here and there"),
        (-3600, "fail", "this clock is 3600 s ahead of the hub's: turn NTP on, here and there"),
    ],
)
def test_the_hubs_time(yard, hub, ahead_s, level, words):
    hub.date = formatdate(1_790_000_000 + ahead_s, usegmt=True)
    assert yard.checks()["hub time"] == (level, words)


def test_a_hub_without_the_time(yard, hub):
    hub.date = "yesterday"
    assert yard.checks()["hub time"] == ("ok", "the hub does not say")


@pytest.mark.skipif(not shutil.which("openssl"), reason="openssl makes the certificate")
def test_the_certificate_of_a_hub(yard, hub, clock):
    cert, key = yard.folder / "hub.pem", yard.folder / "hub.pem.key"
    made = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "10"]
    made += ["-subj", "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1"]
    subprocess.run([*made, "-keyout", key, "-out", cert], check=True, capture_output=True)
    clock.wall_us = int(ssl.cert_time_to_seconds(_not_after(cert)) - 5 * 86_400) * 1_000_000
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(cert, key)
    hub.socket = context.wrap_socket(hub.socket, server_side=True)
    yard.change("http://", "https://")
    here = Machine(clock, lambda: True, yard.folder / "sys", ca_file=cert)
    checks = {check.name: check for check in examine(yard.folder / "edge.toml", here)}
    assert checks["hub"].level == "ok"
    assert checks["hub certificate"].level == "warn"
    assert checks["hub certificate"].words == (
        "good for 5 days: have the hub's certificate renewed"
    )
    # as the settings say, it is trusted as well
    yard.change('gateway = "gw-yard"', f'gateway = "gw-yard"\nhub_ca = "{cert}"')
    assert yard.checks()["hub certificate"][0] == "warn"
    yard.change(f'hub_ca = "{cert}"', "")
    # and for whom it is not known, it is not trusted
    words = yard.checks()["hub"][1]
    assert "is not trusted" in words


def _not_after(cert) -> str:
    ask = ["openssl", "x509", "-in", cert, "-noout", "-enddate"]
    found = subprocess.run(ask, check=True, capture_output=True)
    return found.stdout.decode().strip().removeprefix("notAfter=")


@pytest.mark.parametrize(("days", "level"), [(90, "ok"), (20, "warn"), (-1, "fail")])
def test_how_long_a_certificate_is_good(days, level):
    assert platform.expiry(1e9 + days * 86_400, 1e9).level == level


def test_other_brokers(yard, hub):
    port = hub.server_address[1]
    (yard.folder / "token").write_text("t")
    (yard.folder / "token").chmod(0o600)
    yard.change(
        "[monitor]",
        f'[sinks.city]\nkind = "ngsi-v2"\nurl = "http://127.0.0.1:{port}"\nkey_file = "token"\n'
        '[sinks.gone]\nkind = "ngsi-ld"\nurl = "http://127.0.0.1:9"\n[monitor]',
    )
    checks = yard.checks()
    assert checks["sink city"][0] == "ok"
    assert checks["sink gone"] == (
        "fail",
        "http://127.0.0.1:9 cannot be reached (Connection refused): check address, network",
    )
    (yard.folder / "token").chmod(0o644)
    assert "chmod 600" in yard.checks()["sinks"][1]


def test_a_monitor_port_that_is_taken(yard):
    with socket.create_server(("127.0.0.1", 0)) as other:
        yard.change("port = 0", f"port = {other.getsockname()[1]}")
        level, words = yard.checks()["monitor"]
    assert level == "warn"
    assert words.endswith(
        " cannot be had (Address already in use): set another `port` in [monitor]"
    )
    assert yard.checks()["monitor"][0] == "ok"


def test_a_settings_folder_that_may_not_be_written(yard, monkeypatch):
    monkeypatch.setattr(os, "access", lambda _path, _mode: False)
    level, words = yard.checks()["settings folder"]
    assert level == "warn"
    assert "a change could not be taken back" in words


def _say(yard, clock, **changes) -> None:
    """Leave a status as a running agent does."""
    (yard.folder / "data").mkdir(exist_ok=True)
    status = {
        "state": "running",
        "written_us": clock.wall_us,
        "links": {"bus": {"state": "open"}, "lan": {"state": "open"}},
        "tasks": {},
        "log": {"last_error": "", "refused": 0, "waiting_s": 0.0},
        **changes,
    }
    write_status(yard.folder / "data", status)


def test_what_a_running_agent_says_of_its_links(yard, clock, monkeypatch):
    monkeypatch.setattr("edge_agent.health.report.time.time_ns", lambda: clock.wall_us * 1000)
    down = {"state": "down", "last_error": "no meter found from /dev/a: bring it nearer"}
    with FolderLock(yard.folder / "data"):
        _say(yard, clock, links={"bus": down, "lan": {"state": "open"}})
        checks = yard.checks()
    assert checks["link bus"] == ("fail", "no meter found from /dev/a: bring it nearer")
    assert checks["link lan"][0] == "ok"
    assert checks["agent"] == ("ok", f"process {os.getpid()} runs")


def test_an_agent_that_restarts_its_tasks_or_hangs(yard, clock, monkeypatch):
    now_us = clock.wall_us
    monkeypatch.setattr("edge_agent.health.report.time.time_ns", lambda: now_us * 1000)
    with FolderLock(yard.folder / "data"):
        _say(yard, clock, tasks={"link bus": {"restarts": 3}})
        assert "3 restarts inside" in yard.checks()["agent"][1]
        _say(yard, clock, written_us=now_us - 60_000_000)
        level, words = yard.checks()["agent"]
    assert level == "fail"
    assert "has said nothing for 60 s" in words


def test_an_agent_that_did_not_stop_by_itself(yard, clock):
    _say(yard, clock)
    assert yard.checks()["agent"] == ("ok", "no agent runs; the last one did not stop by itself")


def test_a_clock_that_was_set_back(yard, clock):
    _say(yard, clock, written_us=clock.wall_us + 3_600_000_000)
    level, words = yard.checks()["clock"]
    assert level == "warn"
    assert "3600 s before what the agent last wrote: the clock was set back" in words


def test_the_log_of_a_stopped_agent(yard):
    folder = yard.folder / "data" / "log"
    folder.mkdir(parents=True)
    with ReadingLog(folder, gateway="gw-yard") as log:
        log.append([Reading("meter", "active_power", 1, 1.0)] * 5).result(10)
    assert yard.checks()["log"] == ("ok", "5 readings stored, 5 wait for the hub")


def test_every_kind_of_loss_is_told_in_both_languages():
    check = folder._counted(LogStats(60, {}, damaged=2, dropped=3, not_taken=4))
    assert check.level == "warn"
    for words in ("2 damaged: check the disk", "3 dropped, 4 not taken: give it a larger disk"):
        assert words in check.words
    for words in ("破損 2 件", "送信前に削除 3 件", "保存できなかった値 4 件"):
        assert words in check.ja


def test_a_log_that_cannot_be_read(yard):
    (yard.folder / "data").mkdir()
    (yard.folder / "data" / "log").write_text("not a folder")
    level, words = yard.checks()["log"]
    assert level == "fail"
    assert "reading log" in words


@pytest.mark.parametrize(
    ("log", "level", "words"),
    [
        ({"last_error": "disk full", "refused": 9}, "fail", "9 readings refused: disk full"),
        ({"waiting_s": 8.0}, "warn", "readings wait 8 s for the disk: use a faster one"),
    ],
)
def test_the_log_of_a_running_agent(yard, clock, log, level, words):
    (yard.folder / "data").mkdir()
    with ReadingLog(yard.folder / "data" / "log", gateway="gw-yard"):
        pass
    with FolderLock(yard.folder / "data"):
        _say(yard, clock, log={"last_error": "", "waiting_s": 0.0, **log})
        assert yard.checks()["log"] == (level, words)


def test_a_hub_that_is_not_there(yard, hub):
    yard.change(f":{hub.server_address[1]}", ":9")
    level, words = yard.checks()["hub"]
    assert level == "fail"
    assert "http://127.0.0.1:9" in words


def test_a_key_that_others_may_read(yard):
    (yard.folder / "hub.key").write_text("k")
    (yard.folder / "hub.key").chmod(0o644)
    yard.change("[hub]\n", '[hub]\nkey_file = "hub.key"\n')
    level, words = yard.checks()["hub key"]
    assert level == "fail"
    assert "chmod 600" in words


def test_a_clock_that_nothing_sets(yard, clock):
    *_, check = examine(yard.folder / "edge.toml", Machine(clock, lambda: False))
    assert (check.name, check.level) == ("clock", "warn")
    assert check.words.endswith("UTC, set by no time source: turn NTP on")


def test_a_clock_that_was_never_set(yard, clock):
    clock.wall_us = 0
    level, words = yard.checks()["clock"]
    assert level == "fail"
    assert words.startswith("1970-01-01 00:00:00 UTC is in the past")


@pytest.mark.parametrize(("free", "level"), [(500 << 20, "warn"), (50 << 20, "fail")])
def test_a_disk_that_is_nearly_full(yard, monkeypatch, free, level):
    usage = shutil.disk_usage(yard.folder)
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: usage._replace(free=free))
    found = yard.checks()["disk"]
    assert found[0] == level
    assert found[1].startswith(f"{free / 1e6:.1f} MB free for ")
    assert "free some, or readings cannot wait" in found[1]


def test_a_data_folder_that_takes_no_file(yard, monkeypatch):
    (yard.folder / "data").mkdir()

    def refuse(**_where):
        raise OSError(30, "Read-only file system")

    monkeypatch.setattr("tempfile.TemporaryFile", refuse)
    level, words = yard.checks()["disk writes"]
    assert level == "fail"
    assert "takes no file (Read-only file system)" in words


def test_a_synced_write_is_timed(yard, clock):
    (yard.folder / "data").mkdir()
    ticks = itertools.count()
    clock.monotonic = lambda: next(ticks) * 0.2
    level, words = yard.checks()["disk writes"]
    assert (level, words) == (
        "warn",
        "a synced write takes 200.0 ms: use a faster or newer card or disk",
    )
    assert list((yard.folder / "data").iterdir()) == []
