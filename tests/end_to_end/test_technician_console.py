"""A technician at the console, from a gateway that waits to the report, with a real hub and gateway."""

from __future__ import annotations

import contextlib
import sys
from pathlib import Path

import pyproj  # noqa: F401  # opens its database once for all: no test of ours leaves it open
import pytest
from PySide6.QtCore import QCoreApplication, QEvent

from desktop import app
from desktop.settings import ConsoleSettings
from tests.end_to_end.test_blank_card_to_data import DEVICES, EDGE, GATEWAY, Journey

pytestmark = [
    pytest.mark.qt_log_ignore("propagateSizeHints"),  # offscreen says so at each window
    pytest.mark.slow,
    pytest.mark.timeout(300),
]
PATIENCE_MS = 60_000


@pytest.fixture
def journey(tmp_path: Path):
    with contextlib.closing(Journey(tmp_path)) as made:
        yield made


@pytest.fixture
def console(qapp, journey, monkeypatch, tmp_path, qtbot):  # noqa: ARG001  # an application must exist
    for name in ("CACHE", "STATE", "CONFIG", "DOCUMENTS"):
        kind = "DIR" if name == "DOCUMENTS" else "HOME"
        monkeypatch.setenv(f"XDG_{name}_{kind}", str(tmp_path / name))
    key = (tmp_path / "key").read_text()
    settings = ConsoleSettings(hub=journey.hub.url, key=key, language="en", page="technician")
    console = app.Console(settings, app.application_of_this_process())
    console.start()
    qtbot.waitUntil(lambda: console.models is not None, timeout=PATIENCE_MS)
    qtbot.waitUntil(lambda: console.person.role == "technician", timeout=PATIENCE_MS)
    yield console
    console.close()
    console.window.deleteLater()
    QCoreApplication.sendPostedEvents(console.window, QEvent.Type.DeferredDelete)


def _do(console, qtbot, task, **values):
    """Fill in a form, press its button, wait for the end; return what came of it."""
    page, bench = console.window.page("technician"), console.models.bench
    page.show_task(task)
    form = page.forms[task]
    for key, text in values.items():
        form.editors[key].setText(str(text))
        form.editors[key].textEdited.emit(str(text))
    assert form.begin.isEnabled(), form.obstacle.text()
    form.begin.click()
    assert form.cancel.isEnabled()
    qtbot.waitUntil(lambda: not bench.at_work, timeout=PATIENCE_MS)
    return bench.outcomes[task]


def _claim(console, qtbot, code, port):
    found = _do(console, qtbot, "discover", ask_host="127.0.0.1", claim_port=port)
    assert [row.what.en for row in found.rows] == [GATEWAY]
    assert console.models.bench.values["host"] == "127.0.0.1"  # the only one: filled in
    wrong = "00000000" if code != "00000000" else "11111111"
    refused = _do(console, qtbot, "claim", code=wrong)
    assert (refused.good, refused.words.en[:31]) == (False, "The code is not the one on the ")
    assert "一致しません" in refused.words.ja
    claimed = _do(console, qtbot, "claim", code=code)
    assert claimed.good, claimed.words.en


def _cancel(console, qtbot, tmp_path):
    slow = tmp_path / "slow.py"
    begun = tmp_path / "begun"
    slow.write_text(
        "import pathlib, threading\n"
        f"pathlib.Path({str(begun)!r}).touch()\nthreading.Event().wait()\n"
    )
    bench, page = console.models.bench, console.window.page("technician")
    page.show_task("commission")
    given = {"edge": f"{sys.executable} {slow}", "service": "", "ssh": ""}
    for key, text in given.items():
        bench.fill(key, text)
    form = page.forms["commission"]
    form.begin.click()
    run = console.technician.tool
    qtbot.waitUntil(lambda: run.running and begun.exists(), timeout=PATIENCE_MS)
    form.cancel.click()
    qtbot.waitUntil(lambda: not bench.at_work, timeout=PATIENCE_MS)
    assert bench.outcomes["commission"].words.en.startswith("Cancelled")
    assert not run.running


def _refusals(console, qtbot, tmp_path):
    image = tmp_path / "rubbish.bin"
    image.write_bytes(b"no image at all")
    (tmp_path / "key.pub").write_text("no key")
    way = {"board": "gauge", "to": "udp:127.0.0.1"}
    refused = _do(console, qtbot, "firmware", image=image, key=tmp_path / "key.pub", **way)
    assert refused.words.en.endswith("Nothing was changed.")
    assert refused.words.ja.endswith("何も変更していません。")
    run = f"{sys.executable} -m firmware_tools"
    stopped = _do(console, qtbot, "update", source=tmp_path / "stick", hosts="one two", run=run)
    assert [(row.what.en, row.state.en) for row in stopped.rows] == [
        ("one", "Refused"),
        ("two", "Not reached"),
    ]


def test_a_gateway_is_found_claimed_commissioned_and_accepted(console, journey, qtbot, tmp_path):
    """One hub and one console for all: they take longest to start."""
    _cancel(console, qtbot, tmp_path)
    _refusals(console, qtbot, tmp_path)
    code = journey.write_card()["code"]
    port = journey.plug_in()
    _claim(console, qtbot, code, port)
    assert not (journey.data / "claim.toml").exists()
    journey.until(lambda: journey.arrived(DEVICES[0]))
    journey.stop(journey.agent())  # in the field: the service that is stopped meanwhile
    chosen = {"ssh": "", "config": journey.settings, "edge": EDGE, "service": "", "scan": "0"}
    done = _do(console, qtbot, "commission", devices=" ".join(DEVICES), **chosen)
    states = {row.what.en.rpartition("(")[2].rstrip(")"): row.state.en for row in done.rows}
    assert {states[name] for name in DEVICES} == {"In service"}
    assert done.good is False  # the other devices wait for their turn
    assert done.words.en.startswith("Not accepted yet")
    report = _do(console, qtbot, "report")
    assert report.good, report.words.en
    assert console.window.page("technician").forms["report"].open.isVisible()
    paper = Path(console.models.bench.values["pdf"])
    assert paper.is_relative_to(journey.folder)
    assert paper.read_bytes().startswith(b"%PDF-")
    revoked = _do(console, qtbot, "revoke", gateway=GATEWAY)
    assert revoked.good, revoked.words.en
    again = _do(console, qtbot, "revoke", gateway=GATEWAY)
    assert (again.good, "鍵がありません" in again.words.ja) == (False, True)
