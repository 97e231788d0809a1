"""A changed area: checked, stored as a version, in force at once, on its way to its gateways."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import pytest

from area_configs import area_edit, area_pack
from area_configs.domain.readings import Reading
from area_configs.loader import load_area
from platform_hub.server.app.area_keeping import settled
from platform_hub.server.governance.roles import Role
from platform_hub.server.store import area_versions as stored
from platform_hub.wire.blocks import Block
from tests.platform_hub.server.governance.office import Office
from tests.platform_hub.server.registry.small_pack import METER, write_small_area
from tests.platform_hub.server.town import T0

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from httpx import Response

    from tests.platform_hub.server.town import Town

PACK = "/area/v1/pack"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_small_area(tmp_path / "area")


@pytest.fixture
def office(serve: Callable[..., Town], folder: Path) -> Office:
    return Office(serve(open_to_all=False, area=load_area(folder), folder=folder))


def text_of(folder: Path) -> str:
    return (folder / "area.toml").read_text(encoding="utf-8")


def packed(folder: Path, text: str) -> bytes:
    return area_pack.pack_files(area_pack.files_of(folder) | {"area.toml": text.encode()})


def send(
    office: Office, data: bytes, etag: str, role: Role = Role.MANAGER, **more: str | bytes
) -> Response:
    headers = {"If-Match": etag, "Content-Type": "application/zip", **more}
    bearer = {"Authorization": f"Bearer {office.key(role)}"}
    return office.town.http.put(PACK, content=data, headers=headers | bearer)


def with_meter(folder: Path) -> bytes:
    return packed(folder, area_edit.append(text_of(folder), ("devices",), METER))


def settings_said(office: Office, gateway: str = "gw-1") -> None:
    said = {"configuration": 0, "settings": {"devices": {"meter-1": {"period_s": 5.0}}}}
    place = f"/area/v1/gateways/{gateway}/report"
    assert office.ask("POST", place, said, Role.GATEWAY).status_code == 200


def test_a_new_device_is_in_force_at_once(office: Office, folder: Path) -> None:
    settings_said(office)
    etag = office.ask("GET", PACK).headers["etag"]
    answer = send(office, with_meter(folder), etag, **{"Area-Note": "新しい".encode()})
    assert answer.status_code == 200, answer.text
    body = answer.json()
    assert (body["version"], body["gateways"], body["notTold"]) == (2, ["gw-1"], [])
    assert "meter-9" in office.ask("GET", "/area/v1/gateways/gw-1").json()["devices"]
    entity = office.ask("GET", "/ngsi-ld/v1/entities/urn:ngsi-ld:Device:small:meter-9")
    assert entity.json()["name"]["languageMap"]["ja"] == "新しい計器"
    assert load_area(folder).device("meter-9")
    listed = office.ask("GET", f"{PACK}/versions").json()
    assert [(one["version"], one["note"], one["createdBy"]) for one in listed] == [
        (2, "新しい", "the manager"),
        (1, "", "area-hub"),
    ]
    changes = office.ask("GET", f"{PACK}/diff").json()["changes"]
    assert [one["path"] for one in changes] == ["/area/devices/meter-9"]


def test_its_gateway_is_sent_the_digest_with_the_settings_that_it_runs(
    office: Office, folder: Path
) -> None:
    settings_said(office)
    etag = office.ask("GET", PACK).headers["etag"]
    digest = send(office, with_meter(folder), etag).json()["digest"]
    (order,) = office.ask("GET", "/area/v1/gateways/gw-1/orders", role=Role.GATEWAY).json()
    assert order["body"]["document"] == {"devices": {"meter-1": {"period_s": 5.0}}, "area": digest}
    fetched = office.ask("GET", f"{PACK}?digest={digest}", role=Role.GATEWAY)
    assert fetched.headers["etag"] == f'"{digest}"'
    of_before = etag.strip('"')
    first = office.ask("GET", f"{PACK}?digest={of_before}", role=Role.GATEWAY)
    assert (first.status_code, first.headers["etag"]) == (200, etag)
    assert office.ask("GET", f"{PACK}?digest=0", role=Role.GATEWAY).status_code == 404


def test_a_later_configuration_keeps_the_area(office: Office, folder: Path) -> None:
    settings_said(office)
    etag = office.ask("GET", PACK).headers["etag"]
    digest = send(office, with_meter(folder), etag).json()["digest"]
    place = "/area/v1/gateways/gw-1/configuration"
    answer = office.ask("PUT", place, {"trial_s": 9, "area": "of old"}, If_Match='"1"')
    assert answer.status_code == 200
    assert office.ask("GET", place).json() == {"trial_s": 9, "area": digest}


def test_only_gateways_that_read_something_else_are_told(office: Office, folder: Path) -> None:
    for gateway in ("gw-1", "gw-2"):
        said = {"configuration": 0, "settings": {"trial_s": 60.0}}
        place = f"/area/v1/gateways/{gateway}/report"
        office.ask("POST", place, said, Role.GATEWAY, name=gateway)
    etag = office.ask("GET", PACK).headers["etag"]
    text = text_of(folder)
    place = area_edit.AreaText(folder / "area.toml", text).place("devices", "meter-2")
    gone = send(office, packed(folder, area_edit.remove_part(text, place)), etag)
    assert gone.json()["gateways"] == ["gw-2"]
    again = send(
        office, packed(folder, area_edit.set_value(text, ("epsg",), 6676)), gone.headers["etag"]
    )
    assert again.json()["gateways"] == ["gw-2"]  # the device is back, the rest concerns nobody


def test_one_that_never_said_what_it_runs_is_named_and_left_alone(
    office: Office, folder: Path
) -> None:
    etag = office.ask("GET", PACK).headers["etag"]
    body = send(office, with_meter(folder), etag).json()
    assert (body["gateways"], body["notTold"]) == ([], ["gw-1"])


def test_a_wrong_area_is_refused_with_every_mistake_and_nothing_is_stored(
    office: Office, folder: Path
) -> None:
    etag = office.ask("GET", PACK).headers["etag"]
    wrong = area_edit.append(
        text_of(folder), ("devices",), METER | {"profile": "nothing", "unit": 1}
    )
    answer = send(office, packed_raw(folder, wrong), etag)
    assert answer.status_code == 422
    assert "devices[2].profile: there is no device profile 'nothing'" in answer.json()["detail"]
    assert "devices[2].unit" in answer.json()["detail"]
    assert office.ask("GET", PACK).headers["etag"] == etag
    assert office.ask("GET", f"{PACK}/versions").json() == []
    assert office.audited()[-1]["status"] == 422


def packed_raw(folder: Path, text: str) -> bytes:
    return area_pack.pack_files({**area_pack.files_of(folder), "area.toml": text.encode()})


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"If-Match": ""}, 428),
        ({"If-Match": '"somebody elses"'}, 412),
        ({"Content-Type": "application/json"}, 415),
    ],
)
def test_nobody_overwrites_what_he_has_not_seen(
    office: Office, folder: Path, headers: dict[str, str], status: int
) -> None:
    etag = office.ask("GET", PACK).headers["etag"]
    assert send(office, with_meter(folder), etag, **headers).status_code == status
    assert office.ask("GET", PACK).headers["etag"] == etag


def test_what_is_no_pack_or_another_areas_is_refused(office: Office, folder: Path) -> None:
    etag = office.ask("GET", PACK).headers["etag"]
    assert send(office, b"PK no", etag).status_code == 422
    other = text_of(folder).replace('id = "small"', 'id = "other"', 1)
    answer = send(office, packed(folder, other), etag)
    assert (answer.status_code, "id is 'small'" in answer.json()["detail"]) == (422, True)


def test_who_may_change_the_area_and_that_it_is_audited(office: Office, folder: Path) -> None:
    etag = office.ask("GET", PACK).headers["etag"]
    for role in (Role.CAREGIVER, Role.AUDITOR, Role.READER, Role.GATEWAY):
        assert send(office, with_meter(folder), etag, role).status_code == 403
    assert send(office, with_meter(folder), etag, Role.TECHNICIAN).status_code == 200
    entry = office.audited()[-1]
    assert (entry["who"], entry["what"]) == ("technician:the technician", f"PUT {PACK}")
    assert entry["change"]["version"] == 2


def test_alarms_are_judged_by_the_new_rules(office: Office, folder: Path) -> None:
    etag = office.ask("GET", PACK).headers["etag"]
    rule = {
        "id": "high",
        "name": {"ja": "高", "en": "High"},
        "device": "meter-1",
        "quantity": "active_power",
        "priority": "high",
        "above": 5.0,
        "action": {"ja": "見る", "en": "Look"},
    }
    text = area_edit.append(text_of(folder), ("alarms",), rule)
    assert send(office, packed(folder, text), etag).status_code == 200
    said = Block("gw-1", 1, 1, (Reading("meter-1", "active_power", T0, 9.0),))
    office.town.store(said, Authorization=f"Bearer {office.key(Role.GATEWAY)}")
    office.town.work()
    (alarm,) = office.ask("GET", "/area/v1/alarms").json()
    assert (alarm["id"], alarm["state"]) == ("high", "unacked_active")


def test_another_process_takes_the_version_up(
    office: Office, folder: Path, serve: Callable[..., Town]
) -> None:
    other = Office(serve(open_to_all=False, area=load_area(folder), folder=folder))
    etag = office.ask("GET", PACK).headers["etag"]
    send(office, with_meter(folder), etag)
    other.town.work()
    assert "meter-9" in other.ask("GET", "/area/v1/gateways/gw-1").json()["devices"]


@pytest.mark.logs("version 2 of the area is put into")
def test_a_folder_that_was_left_behind_is_brought_up_to_date(office: Office, folder: Path) -> None:
    etag = office.ask("GET", PACK).headers["etag"]
    before = area_pack.files_of(folder)
    send(office, with_meter(folder), etag)
    area_pack.put_files(before, folder)
    area, digest = settled(folder, office.town.database, T0)
    assert area.device("meter-9")
    assert office.ask("GET", PACK).headers["etag"] == f'"{digest}"'
    assert load_area(folder).device("meter-9")


def test_a_folder_that_was_changed_by_hand_is_a_version_of_its_own(
    office: Office, folder: Path
) -> None:
    etag = office.ask("GET", PACK).headers["etag"]
    send(office, with_meter(folder), etag)
    file = folder / "area.toml"
    file.write_text(text_of(folder) + "# by hand\n", encoding="utf-8")
    settled(folder, office.town.database, T0)
    newest = office.town.database.read(stored.newest)
    assert (newest.number, newest.created_by) == (3, "area-hub")
    kept = office.town.database.read(lambda tx: stored.contents(tx, newest))
    assert kept["area.toml"].endswith(b"# by hand\n")


def test_files_that_versions_share_are_stored_once(office: Office, folder: Path) -> None:
    etag = office.ask("GET", PACK).headers["etag"]
    send(office, with_meter(folder), etag)
    one, two = office.town.database.read(lambda tx: stored.versions(tx, 9))
    assert set(one.files) == set(two.files)
    assert len(set(one.files.values()) | set(two.files.values())) == len(one.files) + 1
    assert msgspec.json.encode(one.files)
