"""A guarded hub with keys and people, asked as each of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from platform_hub.server.governance import keys, passwords
from platform_hub.server.governance.roles import Role
from platform_hub.server.store import users
from platform_hub.server.store.users import StoredUser
from platform_hub.wire import tokens
from tests.platform_hub.server.town import T0

if TYPE_CHECKING:
    from httpx import Response

    from tests.platform_hub.server.town import Town

PASSWORD = "correct horse battery"  # noqa: S105 - of nobody
_KEPT = passwords.hashed(PASSWORD)  # once: hashing is slow by design


class Office:
    """A guarded hub; `ask` speaks with a key of a role, `login` opens a session."""

    def __init__(self, town: Town) -> None:
        self.town = town
        self.clock = town.clock
        self._keys: dict[str, str] = {}

    def key(self, role: Role, name: str = "", plan: str = "operator") -> str:
        name = name or ("gw-1" if role is Role.GATEWAY else f"the {role}")
        made = self.town.database.write(lambda tx: keys.create(tx, role, name, T0, plan)).result()
        return made.secret

    def ask(
        self, method: str, path: str, body: Any = None, role: Role = Role.MANAGER, **headers: str
    ) -> Response:
        name = headers.pop("name", "")
        held = f"{role}:{name}"
        if held not in self._keys:
            self._keys[held] = self.key(role, name)
        return self.as_bearer(self._keys[held], method, path, body, **headers)

    def as_bearer(
        self, secret: str, method: str, path: str, body: Any = None, **headers: str
    ) -> Response:
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        sent["Authorization"] = f"Bearer {secret}"
        options = {} if body is None else {"json": body}
        return self.town.http.request(method, path, headers=sent, **options)

    def add_user(self, name: str, role: Role) -> None:
        user = StoredUser(name, role, _KEPT, T0)
        self.town.database.write(lambda tx: users.add(tx, user)).result()

    def login(self, name: str, password: str = PASSWORD) -> Response:
        body = {"name": name, "password": password}
        return self.town.http.post("/area/v1/login", json=body)

    def audited(self) -> list[dict[str, Any]]:
        found = self.ask("GET", "/area/v1/audit?limit=1000").json()
        return [entry for entry in found if not entry["what"].startswith("GET ")]


class SigningGateway:
    """A gateway with a key of its own."""

    def __init__(self, office: Office, ident: str = "gw-1") -> None:
        self.office = office
        self.id = ident
        self.private = Ed25519PrivateKey.generate()
        self._made = 0

    @property
    def public(self) -> str:
        return tokens.public_text(self.private.public_key())

    def register(self, role: Role = Role.TECHNICIAN) -> Response:
        body = {"id": self.id, "publicKey": self.public}
        return self.office.ask("POST", "/area/v1/gateways", body, role)

    def token(self, audience: str = "smartarea:town", **changed: Any) -> str:
        self._made += 1
        now_us = self.office.clock.us
        claims = tokens.gateway_claims(self.id, audience, now_us, str(self._made))
        return tokens.mint(self.private, claims | changed)

    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> Response:
        return self.office.as_bearer(self.token(), method, path, body, **headers)
