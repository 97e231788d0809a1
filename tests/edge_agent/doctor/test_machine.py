"""What the doctor sees of the machine itself: disk speed and wear, file system, heat, radio."""

from __future__ import annotations

import os

import pytest

from edge_agent.doctor import disk, links, machine


@pytest.mark.parametrize(("took_s", "level"), [(0.004, "ok"), (0.3, "warn"), (2.0, "fail")])
def test_the_speed_of_a_disk(took_s, level):
    assert disk.speed(took_s).level == level


@pytest.mark.parametrize(
    ("life", "level", "words"),
    [
        ("0x02 0x01\n", "ok", "20 % of its life is used"),
        ("0x01 0x08\n", "warn", "80 % of its life is used: replace it before it fails"),
        ("0x0b 0x01\n", "fail", "100 % of its life is used: replace it before it fails"),
        ("?", "ok", "this device does not tell; SD cards never do"),
        (None, "ok", "this device does not tell; SD cards never do"),
    ],
)
def test_the_wear_of_a_device(tmp_path, life, level, words):
    if life is not None:
        (tmp_path / "life_time").write_text(life)
    assert (disk.wear(tmp_path).level, disk.wear(tmp_path).words) == (level, words)


@pytest.mark.parametrize(("errors", "level"), [("0\n", "ok"), ("7\n", "fail")])
def test_what_the_file_system_counts(yard, errors, level):
    """A device of sysfs made by hand: partition mmcblk0p2 of an eMMC below the folder."""
    number = yard.folder.stat().st_dev
    sys = yard.folder / "sys"
    partition = sys / "devices/mmc0/block/mmcblk0/mmcblk0p2"
    (partition.parent / "device").mkdir(parents=True)
    partition.mkdir()
    (partition.parent / "device/life_time").write_text("0x03 0x02")
    (sys / "dev/block").mkdir(parents=True)
    (sys / "dev/block" / f"{os.major(number)}:{os.minor(number)}").symlink_to(partition)
    (sys / "fs/ext4/mmcblk0p2").mkdir(parents=True)
    (sys / "fs/ext4/mmcblk0p2/errors_count").write_text(errors)
    checks = yard.checks()
    assert checks["disk wear"] == ("ok", "30 % of its life is used")
    assert checks["file system"][0] == level


@pytest.mark.parametrize(
    ("sensors", "level", "words"),
    [
        ({"0": "41000\n", "1": "52300\n"}, "ok", "52 °C"),
        ({"0": "79000"}, "warn", "79 °C: give the cabinet air, look for dust and sun"),
        ({"0": "91000"}, "fail", "91 °C: give the cabinet air, look for dust and sun"),
        ({"0": ""}, "ok", "no sensor tells it"),
        ({}, "ok", "no sensor tells it"),
    ],
)
def test_the_temperature(tmp_path, sensors, level, words):
    for number, text in sensors.items():
        zone = tmp_path / "class/thermal" / f"thermal_zone{number}"
        zone.mkdir(parents=True)
        (zone / "temp").write_text(text)
    check = machine.temperature(tmp_path)
    assert (check.level, check.words) == (level, words)


def test_a_radio_is_asked_for_only_where_a_link_needs_one(tmp_path):
    assert links.radio(tmp_path, []).level == "ok"
    missing = links.radio(tmp_path, ["wearables"])
    assert (missing.level, missing.words) == (
        "fail",
        "link wearables needs a Bluetooth radio, none is there: plug one in",
    )
    switch = tmp_path / "class/bluetooth/hci0/rfkill0"
    switch.mkdir(parents=True)
    (switch / "hard").write_text("0\n")
    (switch / "soft").write_text("1\n")
    assert "rfkill unblock bluetooth" in links.radio(tmp_path, ["wearables"]).words
    (switch / "soft").write_text("0\n")
    assert links.radio(tmp_path, ["wearables"]).words == "hci0 is there"
