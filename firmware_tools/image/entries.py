"""What people enter for a card, checked before it is written: nobody sees at its first boot what is wrong with it."""

from __future__ import annotations

import base64
import binascii
import re

from area_configs.domain.names import Name
from firmware_tools.image.first_boot import Wifi
from firmware_tools.sentences import Refused

_GATEWAY = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")
_PUBLIC_KEY = re.compile(r"(?P<kind>(ssh|ecdsa|sk)-[\w@.-]+) (?P<body>[A-Za-z0-9+/=]+)( [^\r\n]*)?")
_RAW_KEY = re.compile(r"[0-9a-fA-F]{64}")
_COUNTRY = re.compile(r"[A-Z]{2}")
_SSID_BYTES, _PASSPHRASE = 32, range(8, 64)  # IEEE 802.11, 9.4.2.2 and annex J.4

NO_GATEWAY = Name(
    en="no gateway id: a-z, 0-9 and - are expected, 63 characters at most",
    ja="ゲートウェイ ID ではありません。a-z、0-9、- を 63 文字以内で使ってください",
)


def is_gateway(text: str) -> bool:
    """Tell whether a text is a gateway's id; it is a host name too (RFC 1123)."""
    return bool(_GATEWAY.fullmatch(text))


def checked_gateway(text: str) -> str:
    """Return a gateway's id.

    Raises:
        Refused: it is none.
    """
    if not is_gateway(text):
        raise Refused("bad_table", source=repr(text), why=NO_GATEWAY)
    return text


def wifi_fault(ssid: str, password: str, country: str) -> Name | None:
    """Return what is wrong with a network to join, None where it is right."""
    if len(ssid.encode()) > _SSID_BYTES:
        return Name(
            en=f"the name of a Wi-Fi network has at most {_SSID_BYTES} bytes",
            ja=f"Wi-Fi の名前は {_SSID_BYTES} バイト以内です",
        )
    if password and len(password.encode()) not in _PASSPHRASE and not _RAW_KEY.fullmatch(password):
        return Name(
            en=f"a Wi-Fi password has 8 to 63 characters, this one has {len(password)}",
            ja=f"Wi-Fi のパスワードは 8~63 文字ですが、{len(password)} 文字です",
        )
    if not _COUNTRY.fullmatch(country):
        return Name(
            en=f"a country has two capital letters such as JP, not {country!r}",
            ja=f"国は JP のような大文字 2 字です({country!r} ではありません)",
        )
    return None


def checked_wifi(ssid: str, password: str, source: object) -> Wifi:
    """Return a network to join.

    Raises:
        Refused: it cannot be one; `source` says where it stands.
    """
    found = Wifi(ssid, password)
    if fault := wifi_fault(ssid, password, found.country):
        raise Refused("bad_table", source=source, why=fault)
    return found


def checked_public_key(text: str, source: object) -> str:
    """Return an OpenSSH public key (RFC 4253, 6.6); a private one must never reach a card.

    Raises:
        Refused: it is none, or there is more than one.
    """
    found = _PUBLIC_KEY.fullmatch(text.strip())
    if not found or not _names_itself(found["kind"], found["body"]):
        why = Name(
            en="one public key of OpenSSH is expected, such as id_ed25519.pub",
            ja="OpenSSH の公開鍵を 1 つ指定してください(id_ed25519.pub など)",
        )
        raise Refused("bad_table", source=source, why=why)
    return found[0]


def _names_itself(kind: str, body: str) -> bool:
    """Tell whether the bytes of a key begin with the kind that stands before them."""
    try:
        content = base64.b64decode(body, validate=True)
    except binascii.Error:
        return False
    return content.startswith(len(kind).to_bytes(4, "big") + kind.encode())
