"""SMP against Zephyr and MCUboot themselves: upload, a cut link, revert, confirm, a corrupt image.

A long proof: it fetches the prebuilt servers, runs an emulated board, and keeps its figures.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import struct
import time
from dataclasses import replace
from pathlib import Path

import pytest

from firmware_tools.firmware import mcuboot_image, smp_update, transports
from firmware_tools.firmware.smp_update import Device
from firmware_tools.sentences import Refused
from tests.firmware_tools.test_firmware import BOARD, imgtool
from tests.peers import smp_radio, zephyr

pytestmark = [pytest.mark.soak, pytest.mark.timeout(900)]
NEW = "2.0.0+7"


@pytest.fixture(scope="module")
def servers(tmp_path_factory):
    if not shutil.which("qemu-system-arm"):
        pytest.skip("qemu-system-arm is not installed (system-packages.txt)")
    try:
        return zephyr.fetch(tmp_path_factory.mktemp("smp"))
    except OSError as error:
        pytest.skip(f"the Zephyr servers cannot be had: {error}; SMP_PEERS may name a folder")


@pytest.fixture
def board(servers, tmp_path):
    made = zephyr.Microbit(servers, tmp_path)
    yield made
    made.close()


@pytest.fixture
def device(board):
    address, make = transports.way(f"serial:{board.line.name}")
    return Device(address, make, smp_update.pause)


@pytest.fixture
def image(board, tmp_path):
    """Sign what was shipped anew, as a newer version for this board."""
    content = board.shipped.read_bytes()
    header, size = struct.unpack_from("<8xH2xI", content)
    (tmp_path / "raw").write_bytes(content[header : header + size])
    imgtool("keygen", "-t", "ed25519", "-k", tmp_path / "key.pem")
    public = imgtool("getpub", "-k", tmp_path / "key.pem", "-e", "pem").stdout
    (tmp_path / "key.pub").write_text(public)
    room = ("--header-size", hex(header), "--pad-header", "--slot-size", "0x1a000", "--align", "4")
    made = ("--version", NEW, "--overwrite-only", "--custom-tlv", "0x00a1", BOARD)
    options = ("--key", tmp_path / "key.pem", *made, *room)
    imgtool("sign", *options, tmp_path / "raw", tmp_path / "new.bin")
    found = mcuboot_image.read(tmp_path / "new.bin")
    mcuboot_image.verify(found, tmp_path / "key.pub")
    mcuboot_image.check_board(found, BOARD)
    return found


def _keep(**figures: object) -> None:
    folder = Path(os.environ.get("SOAK_OUTPUT", "soak-output"))
    folder.mkdir(exist_ok=True)
    file = folder / "smp-zephyr.json"
    known = json.loads(file.read_text()) if file.exists() else {}
    file.write_text(json.dumps(known | figures, indent=1))


async def _runs(device: Device) -> str:
    return next(slot.version for slot in await device.restarted() if slot.active)


async def test_a_cut_link_is_resumed_and_an_unconfirmed_image_reverted(board, device, image):
    old = await _runs(device)
    board.line.cut_after = len(image.content) // 2
    told: list[int] = []
    begun = time.monotonic()
    cuts = await device.upload(image, told.append)
    seconds = time.monotonic() - begun
    assert board.line.cuts == 1
    assert cuts >= 1
    assert told == sorted(told), "it began anew"
    assert told[-1] == len(image.content)
    await device.test(image)
    assert await _runs(device) == "2.0.0.7"
    board.power_cycle()
    assert await _runs(device) == old, "nobody confirmed it"
    _keep(upload_bytes=len(image.content), upload_s=round(seconds, 1), cuts=cuts)


async def test_an_update_that_answers_well_is_kept_over_a_power_cut(board, device, image):
    done = await smp_update.update(device, image)
    assert (done["to"], done["kept"]) == (NEW, True)
    board.power_cycle()
    assert await _runs(device) == "2.0.0.7"
    with pytest.raises(Refused) as refused:
        await smp_update.update(device, image)
    assert refused.value.code == "older_version"
    _keep(kept_after_power_cut=True)


async def test_a_corrupt_image_is_refused_here_and_by_the_boot_loader(
    board, device, image, tmp_path
):
    old = await _runs(device)
    content = bytearray(image.content)
    content[random.Random(7).randrange(0x1000, len(content) // 2)] ^= 1
    (tmp_path / "bad.bin").write_bytes(content)
    with pytest.raises(Refused) as refused:
        mcuboot_image.read(tmp_path / "bad.bin")
    assert refused.value.code == "bad_firmware"
    damaged = replace(image, content=bytes(content))  # as if nobody had looked
    await device.upload(damaged)
    try:
        await device.test(damaged)
    except Refused:
        await device.reset()  # the server itself found it out
    assert await _runs(device) == old
    board.power_cycle()
    assert await _runs(device) == old
    _keep(corrupt_refused=True)


@pytest.fixture
def radio(board):
    made = smp_radio.Radio(board.line.name)
    yield made
    made.close()


async def test_over_bluetooth_le_a_cut_link_is_resumed_and_the_image_kept(board, radio, image):
    """GATT, client and server are not ours; the radio link has no air, and passes what it is told."""
    device = Device(smp_radio.ADDRESS, lambda: smp_radio.Host(hci=radio.hci), smp_update.pause)
    assert await _runs(device) != NEW
    radio.leave_after = len(image.content) // 2
    begun = time.monotonic()
    done = await smp_update.update(device, image)
    seconds = time.monotonic() - begun
    assert (done["to"], done["kept"]) == (NEW, True)
    assert radio.left == 1
    assert done["cuts"] >= 1
    board.power_cycle()
    assert await _runs(device) == "2.0.0.7"
    _keep(
        ble_update_s=round(seconds, 1), ble_cuts=done["cuts"], ble_largest_write=radio.largest_write
    )
