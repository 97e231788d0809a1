"""Commissioning against a gateway's answers: what is kept, resumed, refused, and put on paper."""

from __future__ import annotations

import json
import os
import sys

import pytest
import typer.testing

from firmware_tools import report
from firmware_tools.cli import app
from firmware_tools.commission import Round, read_record
from firmware_tools.gateway_link import Edge, GatewayGone
from firmware_tools.sentences import Refused, Unreachable

# What `area-edge` answers, from a table of fates; every call is noted.
EDGE = """
import json, pathlib, sys
folder, *words = sys.argv[1:]
folder = pathlib.Path(folder)
fates = json.loads((folder / "fates").read_text())
with (folder / "calls").open("a") as calls:
    calls.write(" ".join(words[:3]) + "\\n")
verb = words[1] if words[0] == "devices" else words[0]
device = words[2] if len(words) > 2 else ""
if fates.get(device) == verb:
    sys.stderr.write("area-edge: no luck with " + verb + "\\n")
    sys.exit(fates.get("status", 2))
if verb == "secret":
    (folder / "secret").write_text(sys.stdin.read())
answers = {
    "identity": {"gateway": fates.get("gateway", "gw-1"), "keyId": "kid"},
    "list": [{"id": n, "link": "ble", "profile": "x"} for n in ("a", "b")],
    "scan": [{"address": "AA", "signal_dbm": -60, "words": ""}],
    "claim": {"address": "AA", "link": "ble"},
    "secret": {},
    "identify": {"maker": "Acme", "model": ""},
    "test": [{"quantity": "spo2", "value": 97.0, "quality": fates.get("quality", "ok")}],
    "activate": {},
    "doctor": [{"name": "disk", "level": fates.get("disk", "pass"), "words": "room"}],
}
print(json.dumps(answers[verb]))
"""


class Place:
    """A gateway by its answers, and a technician's record."""

    def __init__(self, folder) -> None:
        self.folder = folder
        (folder / "edge.py").write_text(EDGE)
        self.file = folder / "acceptance.json"
        self.fates()

    def fates(self, **fates) -> None:
        (self.folder / "fates").write_text(json.dumps(fates))
        (self.folder / "calls").write_text("")

    def round(self, ssh: str = "") -> Round:
        program = (sys.executable, str(self.folder / "edge.py"), str(self.folder))
        edge = Edge("edge.toml", ssh, program)
        return Round(edge, self.file, "ann", lambda: 1_790_000_000_000_000)

    def calls(self) -> list[str]:
        return (self.folder / "calls").read_text().splitlines()


@pytest.fixture
def place(tmp_path):
    return Place(tmp_path)


def test_devices_are_brought_into_service_and_accepted(place):
    work = place.round()
    assert work.begin("1.0") == ["a", "b"]
    assert list(work.scan(1)) == ["ble"]
    for name in ("a", "b"):
        done = work.device(name, {"pin": "4711"} if name == "a" else {})
        assert (done.state, done.signal_dbm, done.identity) == ("active", -60, {"maker": "Acme"})
    assert work.end().accepted
    assert (place.folder / "secret").read_text() == "4711\n"
    assert "4711" not in place.file.read_text()
    assert report.report(json.loads(place.file.read_text())).startswith(b"%PDF-")


def test_what_failed_is_told_and_only_that_is_done_again(place):
    place.fates(b="claim")
    work = place.round()
    work.begin("1.0")
    assert work.device("a", {}).state == "active"
    failed = work.device("b", {})
    assert (failed.state, failed.words) == ("failed", "no luck with claim")
    assert not work.end().accepted
    place.fates()
    again = place.round()
    assert again.begin("1.0") == ["b"]
    assert again.device("b", {}).tries == 2
    assert not any(call.endswith(" a") for call in place.calls())
    assert again.end().accepted


def test_a_device_without_a_good_value_is_not_activated(place):
    place.fates(quality="no_data")
    work = place.round()
    work.begin("1.0")
    failed = work.device("a", {})
    assert (failed.state, failed.words_ja) == ("failed", "試し読みで良好な値がありません")
    assert read_record(place.file).devices["a"] == failed
    assert not any("activate" in call for call in place.calls())


def test_a_failing_self_test_is_not_accepted(place):
    place.fates(disk="fail")
    work = place.round()
    work.begin("1.0")
    for name in ("a", "b"):
        work.device(name, {})
    assert not work.end().accepted


def test_a_record_of_another_gateway_or_of_rubbish_is_refused(place):
    place.round().begin("1.0")
    before = place.file.read_bytes()
    place.fates(gateway="gw-2")
    with pytest.raises(Refused, match="gw-1"):
        place.round().begin("1.0")
    assert place.file.read_bytes() == before
    for rubbish in RUBBISH:
        place.file.write_bytes(rubbish)
        with pytest.raises(Refused) as refused:
            read_record(place.file)
        assert refused.value.code == "bad_table"


DEVICE = {"id": "a", "link": "ble", "profile": "x"}
RUBBISH = [
    b"{",
    b"",
    b"[]",
    b"\xff\xfe",
    b'{"gateway": 5}',
    b'{"gateway": "gw-1", "at_us": "noon"}',
    json.dumps({"devices": {"a": {"id": "a"}}}).encode(),
    json.dumps({"devices": {"a": {**DEVICE, "values": [{"x": 1}]}}}).encode(),
    json.dumps({"self_test": [{"name": "disk"}]}).encode(),
]


def test_a_record_with_less_in_it_still_makes_a_report(place):
    place.file.write_text(json.dumps({"gateway": "gw-1", "devices": {"a": DEVICE}}))
    found = typer.testing.CliRunner().invoke(
        app, ["report", "--record", str(place.file), "--pdf", str(place.folder / "r.pdf"), "--json"]
    )
    assert found.exit_code == 0, found.output
    assert json.loads(found.stdout)["accepted"] is False
    assert (place.folder / "r.pdf").read_bytes().startswith(b"%PDF-")


@pytest.mark.parametrize("said", ["", "hello", "{} {}", "[]"])
def test_a_program_that_is_not_area_edge_is_told(place, said):
    (place.folder / "edge.py").write_text(f"print({said!r})")
    with pytest.raises(Refused, match="--edge"):
        place.round().begin("1.0")
    assert not place.file.exists()


@pytest.mark.parametrize(("status", "ends"), [(4, False), (255, True)])
def test_a_silent_device_does_not_end_a_round_over_ssh_but_a_silent_gateway_does(
    place, monkeypatch, status, ends
):
    ssh = place.folder / "ssh"
    ssh.write_text('#!/bin/sh\nfor last in "$@"; do :; done\nexec sh -c "$last"\n')
    ssh.chmod(0o755)
    monkeypatch.setenv("PATH", f"{place.folder}:{os.environ['PATH']}")
    here = place.round(ssh="root@gw")
    here.begin("1.0")
    place.fates(a="test", status=status)
    if ends:
        with pytest.raises(GatewayGone, match="no luck"):
            here.device("a", {})
    else:
        assert "no luck with test" in here.device("a", {}).words
    assert read_record(place.file).devices["a"].state == "failed"


def test_a_gateway_that_is_not_there_is_unreachable(tmp_path):
    script = tmp_path / "ssh"
    script.write_text("import sys; sys.stderr.write('no route to host'); sys.exit(255)")
    edge = Edge("edge.toml", program=(sys.executable, str(script)))
    with pytest.raises(Unreachable, match="no route"):
        edge.ask("identity")
