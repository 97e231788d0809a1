"""People: logging in, staying logged in, being shut out, and never leaking a password."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from platform_hub.server.governance.roles import Role
from platform_hub.server.governance.sessions import SESSION_S, TOKEN_S
from platform_hub.server.store import users
from tests.platform_hub.server.governance.office import PASSWORD

if TYPE_CHECKING:
    from tests.platform_hub.server.governance.office import Office

ME = "/area/v1/me"
USERS = "/area/v1/users"


@pytest.fixture
def anna(office: Office) -> dict[str, str]:
    office.add_user("anna", Role.TECHNICIAN)
    answer = office.login("anna")
    assert answer.status_code == 200, answer.text
    return answer.json()


def refresh(office: Office, token: str) -> dict[str, str] | int:
    answer = office.town.http.post("/area/v1/token/refresh", json={"refreshToken": token})
    return answer.json() if answer.status_code == 200 else answer.status_code


def status(office: Office, token: str) -> int:
    return office.as_bearer(token, "GET", ME).status_code


def test_a_login_speaks_for_its_person(office: Office, anna: dict[str, str]) -> None:
    assert (anna["name"], anna["role"], anna["expiresInS"]) == ("anna", "technician", TOKEN_S)
    me = office.as_bearer(anna["token"], "GET", ME).json()
    assert me == {"name": "anna", "role": "technician", "plan": "operator"}
    assert office.as_bearer(anna["token"], "GET", USERS).status_code == 403


@pytest.mark.parametrize(("name", "password"), [("anna", "wrong password"), ("nobody", PASSWORD)])
def test_a_wrong_name_and_a_wrong_password_look_alike(
    office: Office, anna: dict[str, str], name: str, password: str
) -> None:
    assert anna
    answer = office.login(name, password)
    assert answer.status_code == 401
    assert answer.json()["detail"] == "name or password is wrong"


def test_a_token_ends_and_is_renewed(office: Office, anna: dict[str, str]) -> None:
    office.clock.us += TOKEN_S * 1_000_000
    assert status(office, anna["token"]) == 401
    again = refresh(office, anna["refreshToken"])
    assert status(office, again["token"]) == 200
    assert again["refreshToken"] != anna["refreshToken"]


def test_a_refresh_token_used_twice_ends_the_session(office: Office, anna: dict[str, str]) -> None:
    again = refresh(office, anna["refreshToken"])
    assert refresh(office, anna["refreshToken"]) == 401
    assert status(office, again["token"]) == 401
    assert refresh(office, again["refreshToken"]) == 401


def test_a_session_ends_after_a_shift(office: Office, anna: dict[str, str]) -> None:
    office.clock.us += SESSION_S * 1_000_000
    assert refresh(office, anna["refreshToken"]) == 401


def test_logout_ends_the_session_at_once(office: Office, anna: dict[str, str]) -> None:
    assert office.as_bearer(anna["token"], "POST", "/area/v1/logout").status_code == 204
    assert status(office, anna["token"]) == 401
    assert refresh(office, anna["refreshToken"]) == 401


def test_a_token_of_another_hub_or_a_changed_one_is_refused(
    office: Office, anna: dict[str, str]
) -> None:
    head, body, signature = anna["token"].split(".")
    for token in (f"{head}.{body}.{signature[:-4]}AAAA", f"{head}.e30.{signature}", "a.b.c"):
        assert status(office, token) == 401


def test_a_person_is_added_changed_and_shut_out(office: Office) -> None:
    body = {"name": "ben", "role": "caregiver", "password": PASSWORD}
    assert office.ask("POST", USERS, body).status_code == 201
    assert office.ask("POST", USERS, body).status_code == 409
    token = office.login("ben").json()["token"]
    changed = office.ask("PATCH", f"{USERS}/ben", {"role": "auditor"})
    assert changed.json()["role"] == "auditor"
    assert status(office, token) == 401  # what he was allowed has changed: log in again
    token = office.login("ben").json()["token"]
    assert office.ask("PATCH", f"{USERS}/ben", {"disabled": True}).status_code == 200
    assert status(office, token) == 401
    assert office.login("ben").status_code == 401
    office.ask("PATCH", f"{USERS}/ben", {"disabled": False})
    assert office.login("ben").status_code == 200
    assert office.ask("PATCH", f"{USERS}/nobody", {"disabled": True}).status_code == 404


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"password": "short"}, "10 to 256"),
        ({"password": "1212121212"}, "repeats"),
        ({"password": "ben-the-caregiver", "name": "ben"}, "own name"),
        ({"name": "Ben Miller"}, "small letters"),
        ({"role": "gateway"}, "role for keys"),
        ({"role": "king"}, "role"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_wrong_people_are_refused_in_words(
    office: Office, changed: dict[str, str], words: str
) -> None:
    body = {"name": "carl", "role": "auditor", "password": PASSWORD} | changed
    answer = office.ask("POST", USERS, body)
    assert answer.status_code == 400
    assert words in answer.json()["detail"]
    assert office.ask("GET", USERS).json() == []


def test_the_last_manager_stays(office: Office) -> None:
    office.add_user("boss", Role.MANAGER)
    for body in ({"disabled": True}, {"role": "auditor"}):
        answer = office.ask("PATCH", f"{USERS}/boss", body)
        assert answer.status_code == 409
        assert "last manager" in answer.json()["detail"]
    office.add_user("second", Role.MANAGER)
    assert office.ask("PATCH", f"{USERS}/boss", {"role": "auditor"}).status_code == 200


def test_passwords_are_set_by_their_owner_or_a_manager(
    office: Office, anna: dict[str, str]
) -> None:
    office.add_user("ben", Role.CAREGIVER)
    token, place = anna["token"], f"{USERS}/anna/password"
    new = {"password": "another long one"}
    assert office.as_bearer(token, "PUT", f"{USERS}/ben/password", new).status_code == 403
    assert office.as_bearer(token, "PUT", place, new).status_code == 403  # not the present one
    answer = office.as_bearer(token, "PUT", place, new | {"present": PASSWORD})
    assert answer.status_code == 204
    assert status(office, token) == 401
    assert office.login("anna").status_code == 401
    assert office.login("anna", "another long one").status_code == 200
    assert office.ask("PUT", f"{USERS}/ben/password", new).status_code == 204
    assert office.login("ben", "another long one").status_code == 200


def test_guessing_is_slowed_down(office: Office, anna: dict[str, str]) -> None:
    answers = [office.as_bearer("sah_guess", "GET", ME) for _ in range(31)]
    assert [answer.status_code for answer in answers[:30]] == [401] * 30
    assert answers[30].status_code == 429
    assert int(answers[30].headers["retry-after"]) >= 1
    assert office.login("anna").status_code == 429
    office.clock.us += 3_000_000
    assert office.login("anna").status_code == 200
    assert anna


def test_passwords_are_kept_as_argon2_and_shown_nowhere(
    office: Office, anna: dict[str, str]
) -> None:
    assert anna
    (kept,) = office.town.database.read(users.all_users)
    assert kept.password.startswith("$argon2id$")
    assert kept.password not in repr(kept)
    assert "password" not in office.ask("GET", USERS).json()[0]
