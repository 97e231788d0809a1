"""What this room says of itself in `/openapi.json`."""

from __future__ import annotations

from typing import Any

from platform_hub.server.governance import accounts, audit_routes, key_routes, trust
from platform_hub.server.governance.accounts import (
    ChangeBody,
    LoginBody,
    PasswordBody,
    RefreshBody,
    UserBody,
)
from platform_hub.server.governance.audit import Verdict
from platform_hub.server.governance.described import many, operation, ref, schemas, some
from platform_hub.server.governance.key_routes import KeyBody

Json = dict[str, Any]

_LOGIN = some(
    token="string",  # noqa: S106 - a JSON type
    refreshToken="string",
    expiresInS="integer",
    name="string",
    role="string",
)
_USER = some(name="string", role="string", created="string", disabled="string|null")
_KEY = some(
    id="string",
    role="string",
    name="string",
    plan="string",
    created="string",
    revoked="string|null",
)
_NEW_KEY = some(id="string", role="string", name="string", plan="string", key="string")
_USED = some(caller="string", day="string", requests="integer", bytes="integer")
_ENTRY = some(
    seq="integer",
    at="string",
    who="string",
    what="string",
    target="string",
    status="integer",
    address="string",
    previous="string",
    hash="string",
)
_HEAD = some(seq="integer", hash="string", at="string|null", head="string")
_ME = some(name="string", role="string", plan="string")
_IDENTITY = some(area="string", audience="string", keyId="string", publicKey="string", ca="string")
_TIME = some(nowUs="integer", signed="string")


PATHS: Json = {
    accounts.LOGIN_PATH: {
        "post": operation(
            accounts.LOGIN_PATH, "login", "Open a session", ref("Login"), body=ref(LoginBody)
        )
    },
    accounts.REFRESH_PATH: {
        "post": operation(
            accounts.REFRESH_PATH,
            "refreshToken",
            "Renew a session; the refresh token changes at every use",
            ref("Login"),
            body=ref(RefreshBody),
        )
    },
    accounts.LOGOUT_PATH: {
        "post": operation(accounts.LOGOUT_PATH, "logout", "End the session", None, status=204)
    },
    accounts.ME_PATH: {"get": operation(accounts.ME_PATH, "me", "Who the caller is", ref("Me"))},
    accounts.USERS_PATH: {
        "get": operation(accounts.USERS_PATH, "users", "Everybody who may log in", many("User")),
        "post": operation(
            accounts.USERS_PATH,
            "addUser",
            "Add a person",
            ref("User"),
            status=201,
            body=ref(UserBody),
        ),
    },
    accounts.USER_PATH: {
        "patch": operation(
            accounts.USER_PATH,
            "changeUser",
            "Change the role, disable or enable; sessions end",
            ref("User"),
            body=ref(ChangeBody),
        )
    },
    accounts.PASSWORD_PATH: {
        "put": operation(
            accounts.PASSWORD_PATH,
            "setPassword",
            "Set one's own password, or as a manager anybody's",
            None,
            status=204,
            body=ref(PasswordBody),
        )
    },
    key_routes.KEYS_PATH: {
        "get": operation(key_routes.KEYS_PATH, "keys", "Keys without secrets", many("Key")),
        "post": operation(
            key_routes.KEYS_PATH,
            "addKey",
            "Make a key; its secret is in this answer only",
            ref("NewKey"),
            status=201,
            body=ref(KeyBody),
        ),
    },
    key_routes.KEY_PATH: {
        "delete": operation(
            key_routes.KEY_PATH, "revokeKey", "Revoke a key", some(id="string", revoked="string")
        )
    },
    key_routes.USAGE_PATH: {
        "get": operation(
            key_routes.USAGE_PATH,
            "usage",
            "Requests of each caller on each day",
            many("Used"),
            query={"days": "how many days back, 30 by default"},
        )
    },
    audit_routes.PATH: {
        "get": operation(
            audit_routes.PATH,
            "audit",
            "Who saw and changed what, oldest first",
            many("AuditEntry"),
            query={"after": "number of the last entry known", "limit": "1 to 1000"},
        )
    },
    audit_routes.HEAD_PATH: {
        "get": operation(audit_routes.HEAD_PATH, "auditHead", "The signed head", ref("AuditHead"))
    },
    audit_routes.VERIFICATION_PATH: {
        "get": operation(
            audit_routes.VERIFICATION_PATH, "verifyAudit", "Verify the whole log", ref(Verdict)
        )
    },
    trust.IDENTITY_PATH: {
        "get": operation(
            trust.IDENTITY_PATH, "identity", "The hub's public key and CA", ref("Identity")
        )
    },
    trust.TIME_PATH: {
        "get": operation(
            trust.TIME_PATH,
            "time",
            "The hub's time, signed with the caller's nonce",
            ref("Time"),
            query={"nonce": "8 to 128 letters and digits, fresh"},
        )
    },
}

SCHEMAS: Json = {
    **schemas([LoginBody, RefreshBody, UserBody, ChangeBody, PasswordBody, KeyBody, Verdict]),
    "Login": _LOGIN,
    "User": _USER,
    "Key": _KEY,
    "NewKey": _NEW_KEY,
    "Used": _USED,
    "AuditEntry": _ENTRY,
    "AuditHead": _HEAD,
    "Me": _ME,
    "Identity": _IDENTITY,
    "Time": _TIME,
}
