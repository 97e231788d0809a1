"""Secrets: only files that nobody else may read, and never shown."""

from __future__ import annotations

import pytest

from edge_agent.credentials import (
    BadSecret,
    RouteBSecrets,
    SecretStore,
    checked_id,
    checked_password,
    checked_secret,
    read_secret,
)


def _file(folder, text, mode=0o600):
    file = folder / "secret"
    file.write_bytes(text)
    file.chmod(mode)
    return file


def test_a_secret_is_one_line(tmp_path):
    assert read_secret(_file(tmp_path, b"  0123456789AB\n")) == "0123456789AB"


@pytest.mark.parametrize(
    ("text", "mode", "words"),
    [
        (b"0123456789AB", 0o644, r"may be read by other users \(mode 0644\): chmod 600 "),
        (b"0123456789AB", 0o640, r"may be read by other users \(mode 0640\)"),
        (b"\n", 0o600, "is empty: write the secret as one line"),
        (b"\xff\xfe", 0o600, "is not text"),
    ],
)
def test_a_secret_that_cannot_be_used(tmp_path, text, mode, words):
    with pytest.raises(BadSecret, match=words):
        read_secret(_file(tmp_path, text, mode))


def test_a_secret_that_is_missing(tmp_path):
    with pytest.raises(BadSecret, match="cannot be read: No such file"):
        read_secret(tmp_path / "none")


def test_ids_as_utilities_print_them():
    assert checked_id("0011 2233 4455 6677 8899 AABB CCDD EEFF") == (
        "00112233445566778899AABBCCDDEEFF"
    )
    assert checked_password("0123456789AB") == "0123456789AB"


@pytest.mark.parametrize(
    ("check", "text"), [(checked_id, "SECRETID"), (checked_password, "PASS-WORD*12")]
)
def test_a_secret_of_the_wrong_form_is_not_repeated(check, text):
    with pytest.raises(BadSecret, match="expected a B-route") as caught:
        check(text)
    assert text not in str(caught.value)


@pytest.mark.parametrize(
    ("kind", "name", "text", "words"),
    [
        ("b_route", "pasword", "0123456789AB", "route_b_id and password, not 'pasword'"),
        ("b_route", "password", "SHORT-ONE", "expected a B-route password of 12"),
        ("b_route", "password", " \n", "no password came: give it as one line on standard input"),
        ("ble", "bind_key", "231D39", "expected a bind key of 32 hexadecimal digits, found 6"),
        ("modbus_rtu", "pin", "123456", "a modbus_rtu link has no secrets: 'pin' is not stored"),
    ],
)
def test_a_secret_that_no_driver_would_take_is_not_stored(kind, name, text, words):
    with pytest.raises(BadSecret, match=words) as caught:
        checked_secret(kind, name, text)
    assert text.strip() == "" or text not in str(caught.value)


def test_secrets_are_stored_in_the_form_that_drivers_take():
    assert checked_secret("b_route", "password", "0123 4567 89AB\n") == "0123456789AB"
    assert checked_secret("ble", "bind_key", "231D39C1D7CC1AB1AEE224CD096DB932\n")
    assert checked_secret("ble", "pin", "123456\n") == "123456"


def test_a_route_names_what_is_missing(tmp_path):
    store = SecretStore(tmp_path / "secrets")
    with pytest.raises(BadSecret, match=r"needs its secrets: .*area-edge devices secret"):
        store.route_b("wisun-a")
    store.put("wisun-a", "route_b_id", "0" * 32)
    with pytest.raises(BadSecret, match="needs its password too"):
        store.route_b("wisun-a")
    file = store.put("wisun-a", "password", "0123456789AB")
    assert store.route_b("wisun-a") == ("0" * 32, "0123456789AB")
    file.chmod(0o644)
    with pytest.raises(BadSecret, match="chmod 600"):
        store.route_b("wisun-a")


def test_secrets_are_masked():
    text = repr(RouteBSecrets("A" * 32, "B" * 12))
    assert "AAAA" not in text
    assert "BBBB" not in text
