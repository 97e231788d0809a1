"""Firmware: images made by imgtool, checked before a byte goes out; updates against an SMP device."""

from __future__ import annotations

import asyncio
import json
import random
import subprocess
import sys

import pytest
import typer.testing

from firmware_tools.cli import app
from firmware_tools.firmware import mcuboot_image, smp_update, transports
from firmware_tools.firmware.esp import Esptool
from firmware_tools.firmware.smp_update import Device
from firmware_tools.sentences import Refused, Unreachable
from tests.firmware_tools.smp_device import Board, Link

BOARD = "smartarea_gauge"


def imgtool(*arguments):
    command = [sys.executable, "-m", "imgtool.main", *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done


@pytest.fixture(scope="module")
def forge(tmp_path_factory):
    """Make keys and signed images once: each costs a process."""
    folder = tmp_path_factory.mktemp("forge")
    made = {"folder": folder}
    for kind in ("ed25519", "ecdsa-p256"):
        imgtool("keygen", "-t", kind, "-k", folder / f"{kind}.pem")
        public = imgtool("getpub", "-k", folder / f"{kind}.pem", "-e", "pem").stdout
        (folder / f"{kind}.pub").write_text(public)
    for name, version, key, seed in (
        ("old", "2.0.0", "ed25519", 1),
        ("new", "2.1.0+7", "ed25519", 2),
        ("ecdsa", "2.1.0", "ecdsa-p256", 3),
    ):
        payload = folder / f"{name}.raw"
        payload.write_bytes(random.Random(seed).randbytes(6000))
        sizes = ("--header-size", "0x200", "--pad-header", "--slot-size", "0x40000", "--align", "4")
        board = ("--custom-tlv", "0x00a1", BOARD)
        target = folder / f"{name}.bin"
        options = ("--key", folder / f"{key}.pem", "--version", version, *sizes, *board)
        imgtool("sign", *options, payload, target)
        made[name] = target
    return made


def test_an_image_of_imgtool_is_read_and_believed(forge):
    image = mcuboot_image.read(forge["new"])
    assert (image.version_text, image.board) == ("2.1.0+7", BOARD)
    mcuboot_image.verify(image, forge["folder"] / "ed25519.pub")
    mcuboot_image.check_board(image, BOARD)
    mcuboot_image.check_version(image, "2.0.0")
    ecdsa = mcuboot_image.read(forge["ecdsa"])
    mcuboot_image.verify(ecdsa, forge["folder"] / "ecdsa-p256.pub")


def test_what_is_not_right_is_refused_with_its_own_reason(forge, tmp_path):
    image = mcuboot_image.read(forge["new"])
    with pytest.raises(Refused) as refused:
        mcuboot_image.verify(image, forge["folder"] / "ecdsa-p256.pub")
    assert refused.value.code == "unsigned"
    with pytest.raises(Refused) as refused:
        mcuboot_image.check_board(image, "other")
    assert refused.value.code == "wrong_board"
    for installed in ("2.1.0+7", "2.1.0.7", "3.0.0"):
        with pytest.raises(Refused) as refused:
            mcuboot_image.check_version(image, installed)
        assert refused.value.code == "older_version"
    content, bad = forge["new"].read_bytes(), tmp_path / "bad.bin"
    for damaged in (
        b"",
        content[:100],
        content[:-40],
        b"\x00" + content[1:],
        _flipped(content, 900),
    ):
        bad.write_bytes(damaged)
        with pytest.raises(Refused) as refused:
            mcuboot_image.read(bad)
        assert refused.value.code == "bad_firmware"
        assert "buffer" not in refused.value.words("en"), "the words of a library"


@pytest.mark.parametrize("content", [None, b"", b"hello"])
def test_a_key_that_is_none_is_to_blame_not_the_image(forge, tmp_path, content):
    key = tmp_path / "signer.pub"
    if content is not None:
        key.write_bytes(content)
    with pytest.raises(Refused) as refused:
        mcuboot_image.verify(mcuboot_image.read(forge["new"]), key)
    assert (refused.value.code, refused.value.facts["source"]) == ("bad_table", key)


def _flipped(content, at):
    changed = bytearray(content)
    changed[at] ^= 1
    return bytes(changed)


def test_a_signature_of_another_key_is_refused(forge, tmp_path):
    imgtool("keygen", "-t", "ed25519", "-k", tmp_path / "other.pem")
    public = imgtool("getpub", "-k", tmp_path / "other.pem", "-e", "pem").stdout
    (tmp_path / "other.pub").write_text(public)
    with pytest.raises(Refused) as refused:
        mcuboot_image.verify(mcuboot_image.read(forge["new"]), tmp_path / "other.pub")
    assert refused.value.code == "unsigned"


class Bench:
    """A board on the bench, with the old image."""

    def __init__(self, forge, folder) -> None:
        self.board = Board(folder, forge["old"].read_bytes())
        self.device = Device("bench", lambda: Link(self.board), self._wait)
        self.new = mcuboot_image.read(forge["new"])
        self.old = mcuboot_image.read(forge["old"])

    async def _wait(self, _seconds):
        await asyncio.sleep(0)

    async def running(self):
        return next(slot.version for slot in await self.device.slots() if slot.active)


@pytest.fixture
def bench(forge, tmp_path):
    return Bench(forge, tmp_path)


async def test_an_update_is_sent_tried_and_kept(bench):
    done = await smp_update.update(bench.device, bench.new)
    assert (done["from"], done["to"], done["kept"]) == ("2.0.0", "2.1.0+7", True)
    assert done["digest"] == bench.new.digest.hex()
    bench.board.reset()
    assert await bench.running() == "2.1.0"


async def test_a_cut_link_is_resumed_where_it_was(bench):
    bench.board.cut_at = {4, 9, 10, 15}
    told = []
    cuts = await bench.device.upload(bench.new, told.append)
    assert cuts == 4
    assert told == sorted(told), "it began anew"
    assert bench.board.slots[1] == bench.new.content


async def test_a_link_that_gets_nowhere_is_given_up_and_the_old_one_runs(bench):
    bench.board.cut_at = set(range(6, 500))
    with pytest.raises(Unreachable) as refused:
        await bench.device.upload(bench.new)
    assert refused.value.code == "device_silent"
    bench.board.cut_at = set()
    bench.board.reset()
    assert await bench.running() == "2.0.0"


async def test_an_image_that_is_not_healthy_is_reverted(bench):
    bench.board.sick = True
    done = await smp_update.update(bench.device, bench.new)
    assert done["kept"] is False
    assert await bench.running() == "2.0.0"


async def test_an_unconfirmed_image_is_reverted_at_the_next_start(bench):
    await bench.device.upload(bench.new)
    await bench.device.test(bench.new)
    assert await bench.running() == "2.1.0"
    bench.board.reset()
    assert await bench.running() == "2.0.0"


async def test_an_older_image_is_refused_before_a_byte(bench, forge):
    newer = Board(bench.board.folder, forge["new"].read_bytes())
    device = Device("bench", lambda: Link(newer), bench._wait)
    with pytest.raises(Refused) as refused:
        await smp_update.update(device, bench.old)
    assert refused.value.code == "older_version"
    assert newer.buffer == b""


async def test_a_silent_device_is_told(bench):
    bench.board.dead = True
    with pytest.raises(Unreachable):
        await smp_update.update(bench.device, bench.new)


@pytest.mark.parametrize("text", ["", "serial:", "usb:1", "COM3"])
def test_ways_that_are_none_are_refused(text):
    with pytest.raises(Refused):
        transports.way(text)


@pytest.mark.parametrize("text", ["serial:/dev/ttyACM0", "ble:C0:FF:EE:00:00:01", "udp:192.0.2.1"])
def test_ways_have_a_transport(text):
    address, make = transports.way(text)
    assert address == text.partition(":")[2]
    assert make().mtu > 0


ESPTOOL = """
import sys
verb = next(w for w in ("image-info", "read-mac", "write-flash", "verify-flash") if w in sys.argv)
print("esptool v5")
open(sys.argv[1], "a").write(verb + "\\n")
if verb == "image-info":
    print("Detected image type: ESP32-S3" if "good" in sys.argv[-1] else "A fatal error")
    sys.exit(0 if "good" in sys.argv[-1] else 2)
print("Chip type:          " + sys.argv[2])
"""


def test_esp_images_are_checked_by_esptool_before_the_device_is_written(tmp_path):
    (tmp_path / "esptool.py").write_text(ESPTOOL)
    calls, good, bad = tmp_path / "calls", tmp_path / "good.bin", tmp_path / "other.bin"

    def tool(chip):
        calls.write_text("")
        return Esptool("/dev/x", (sys.executable, str(tmp_path / "esptool.py"), str(calls), chip))

    with pytest.raises(Refused, match="no such file"):
        tool("ESP32-S3").write(good, "0x10000")
    good.touch()
    bad.touch()
    tool("ESP32-S3 (QFN56)").write(good, "0x10000")
    assert calls.read_text().split() == ["image-info", "read-mac", "write-flash", "verify-flash"]
    with pytest.raises(Refused) as refused:
        tool("ESP32-C3").write(good, "0x10000")
    assert refused.value.code == "wrong_board"
    with pytest.raises(Refused):
        tool("ESP32-D0WD-V3").write(good, "0x10000")
    assert "write-flash" not in calls.read_text()
    with pytest.raises(Refused) as refused:
        tool("ESP32-S3").write(bad, "0x10000")
    assert (refused.value.code, calls.read_text().split()) == ("bad_firmware", ["image-info"])
    with pytest.raises(Refused) as refused:
        Esptool("/dev/x", ("no-such-program-here",)).write(good, "0x0")
    assert refused.value.code == "tool_missing"


def test_the_command_checks_an_image(forge):
    key = str(forge["folder"] / "ed25519.pub")
    runner = typer.testing.CliRunner()
    words = ["firmware", "check", str(forge["new"]), "--key", key, "--json", "--board"]
    found = runner.invoke(app, [*words, BOARD])
    assert json.loads(found.stdout)["version"] == "2.1.0+7"
    found = runner.invoke(app, [*words, "other"])
    assert (found.exit_code, json.loads(found.stdout)["refused"]) == (2, "wrong_board")
