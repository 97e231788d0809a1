"""The platform: does it answer, for how long is its certificate good, does it know our key?"""

from __future__ import annotations

import socket
import ssl
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import msgspec
import requests

from area_configs.domain.errors import FileMistakes, HubRejected, HubUnavailable, SettingsError
from edge_agent.configuration.identity import read_identity
from edge_agent.credentials import BadSecret
from edge_agent.doctor.check import Check, mistakes
from platform_hub.client.credentials import GatewayIdentity
from platform_hub.client.session import HubSession

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from edge_agent.doctor.check import Level, Machine
    from edge_agent.settings import Settings
    from platform_hub.client.session import Answer

_CONNECT_S, _ANSWER_S = 3.0, 10.0
_SKEW_S, _MUCH_SKEW_S = 5.0, 300.0
_SOON_DAYS = 21.0
_KEY_PATH = "/area/v1/gateways"


def checks(settings: Settings, here: Machine) -> Iterator[Check]:
    """Yield a check for the answer, the time, the certificate and the key."""
    try:
        key = settings.hub_key()
    except SettingsError as error:
        yield from mistakes("hub key", error)
        return
    own = None
    try:
        own = _own(settings, here)
    except BadSecret as error:
        yield Check("gateway key", "fail", str(error))
    if own:
        file = settings.identity_file
        ja = f"{file} は他のユーザーに見えません"
        yield Check("gateway key", "ok", f"{file} is for its user's eyes only", ja)
    authority = settings.hub_ca or here.ca_file
    session = HubSession(
        settings.hub_url,
        key or own or "",
        verify=authority or True,
        connect_s=_CONNECT_S,
        answer_s=_ANSWER_S,
    )
    try:
        answer = session.ask("GET", "/health")
    except (HubUnavailable, HubRejected) as error:
        ja = (
            f"{settings.hub_url} から正しい応答がありません ({error})。"
            "ハブのアドレス、証明書、ネットワークを確認してください"
        )
        yield Check("hub", "fail", str(error), ja)
        return
    else:
        words = f"{settings.hub_url} answers, area {_area(answer)}"
        ja = f"{settings.hub_url} が応答しました (エリア {_area(answer)})"
        yield Check("hub", "ok", words, ja)
        yield _time(answer, here.clock.now_us() / 1e6)
        yield from _certificate(settings.hub_url, authority, here)
        yield _key(session, "set `key_file` in [hub]" if not key else "ask for another", key or own)
    finally:
        session.close()


def brokers(settings: Settings) -> Iterator[Check]:
    """Yield a check for each broker beside the hub: its token, and whether its port answers."""
    try:
        found = settings.sinks()
    except SettingsError as error:
        yield from mistakes("sinks", error)
        return
    for sink in found:
        parts = urlsplit(sink.url)
        port = parts.port or (443 if parts.scheme == "https" else 80)
        try:
            socket.create_connection((parts.hostname or "", port), _CONNECT_S).close()
        except OSError as error:
            words = (
                f"{sink.url} cannot be reached ({error.strerror or error}): check address, network"
            )
            ja = (
                f"{sink.url} に届きません ({error.strerror or error})。"
                "アドレスとネットワークを確認してください"
            )
            yield Check(f"sink {sink.name}", "fail", words, ja)
        else:
            words, ja = f"{sink.url} accepts connections", f"{sink.url} に接続できます"
            yield Check(f"sink {sink.name}", "ok", words, ja)


def expiry(ends_s: float, now_s: float) -> Check:
    """Judge for how long a certificate is good."""
    days = (ends_s - now_s) / 86_400
    words = f"good for {days:.0f} days"
    level: Level = "ok" if days > _SOON_DAYS else "warn" if days > 0 else "fail"
    ja = f"あと {days:.0f} 日有効"
    if level == "ok":
        return Check("hub certificate", level, words, ja)
    words = f"{words}: have the hub's certificate renewed"
    return Check("hub certificate", level, words, f"{ja}。ハブの証明書の更新を頼んでください")


def _area(answer: Answer) -> str:
    try:
        return str(msgspec.json.decode(answer.body, type=dict[str, object]).get("area", "?"))
    except msgspec.MsgspecError:
        return "?"


def _time(answer: Answer, now_s: float) -> Check:
    """Compare this clock with the Date of an answer, which has whole seconds."""
    try:
        hub_s = parsedate_to_datetime(answer.headers.get("Date", "")).timestamp()
    except ValueError:
        return Check("hub time", "ok", "the hub does not say", "ハブは時刻を返しません")
    skew_s = now_s - hub_s
    if abs(skew_s) <= _SKEW_S:
        words = "this clock and the hub's agree"
        return Check("hub time", "ok", words, "このゲートウェイとハブの時刻は合っています")
    side = "ahead of" if skew_s > 0 else "behind"
    level: Level = "warn" if abs(skew_s) <= _MUCH_SKEW_S else "fail"
    words = f"this clock is {abs(skew_s):.0f} s {side} the hub's: turn NTP on, here and there"
    way = "進んで" if skew_s > 0 else "遅れて"
    ja = f"ハブより {abs(skew_s):.0f} 秒{way}います。両方で NTP を有効にしてください"
    return Check("hub time", level, words, ja)


def _own(settings: Settings, here: Machine) -> GatewayIdentity | None:
    """Return who this gateway is by its own key, None where it has none.

    Raises:
        BadSecret: others may read the key, or it is none.
    """
    private = read_identity(settings.identity_file)
    if private is None:
        return None
    try:
        area, _ = settings.here()
    except FileMistakes:  # told already
        return None
    return GatewayIdentity(settings.gateway, f"smartarea:{area.id}", private, here.clock.now_us)


def _certificate(url: str, authority: Path | None, here: Machine) -> Iterator[Check]:
    parts = urlsplit(url)
    if parts.scheme != "https" or not parts.hostname:
        return
    ca_file = authority or requests.utils.DEFAULT_CA_BUNDLE_PATH
    context = ssl.create_default_context(cafile=str(ca_file))
    try:
        with (
            socket.create_connection((parts.hostname, parts.port or 443), _CONNECT_S) as plain,
            context.wrap_socket(plain, server_hostname=parts.hostname) as secured,
        ):
            found = secured.getpeercert() or {}
    except OSError as error:
        words = f"cannot be looked at ({error}): a proxy may stand before the hub"
        ja = f"調べられません ({error})。ハブの前にプロキシがあるかもしれません"
        yield Check("hub certificate", "warn", words, ja)
        return
    ends_s = ssl.cert_time_to_seconds(str(found["notAfter"]))
    yield expiry(ends_s, here.clock.now_us() / 1e6)


def _key(session: HubSession, remedy: str, given: str | GatewayIdentity | None) -> Check:
    """Ask for something that only keys open; to be told 'not with this role' is to be known."""
    mend = "別の鍵を受け取ってください" if given else "[hub] に key_file を設定してください"
    if isinstance(given, GatewayIdentity):
        remedy = "register what `area-edge identity` shows, or claim the gateway anew"
        mend = "area-edge identity の表示を登録するか、ゲートウェイを登録し直してください"
    try:
        session.ask("GET", _KEY_PATH)
    except HubUnavailable as error:
        return Check("hub key", "warn", str(error), f"鍵を確かめられません ({error})")
    except HubRejected as error:
        if error.status == HTTPStatus.UNAUTHORIZED:
            words = f"the hub does not know this gateway's key: {remedy}"
            ja = f"ハブはこのゲートウェイの鍵を知りません。{mend}"
            return Check("hub key", "fail", words, ja)
    if given:
        return Check("hub key", "ok", "the hub knows it", "ハブが知っている鍵です")
    return Check("hub key", "ok", "the hub asks for none", "ハブは鍵を求めません")
