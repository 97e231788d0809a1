"""Login, renewal and logout; who am I; and the people of the area."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated

import msgspec
from anyio import to_thread
from starlette.responses import Response
from typing_extensions import override

from platform_hub.server.governance import bodies, passwords, sessions
from platform_hub.server.governance.access import address_of
from platform_hub.server.governance.answers import (
    Refused,
    bad_request,
    json_response,
    not_found,
    plain,
)
from platform_hub.server.governance.audit import Deed
from platform_hub.server.governance.roles import PEOPLE, Role
from platform_hub.server.store import users
from platform_hub.server.store.users import StoredUser
from platform_hub.wire import problems, timestamps

if TYPE_CHECKING:
    from starlette.requests import Request

    from platform_hub.server.governance.access import Authority, Guard
    from platform_hub.server.governance.keys import Caller
    from platform_hub.server.governance.sessions import Login
    from platform_hub.server.store.database import Transaction

LOGIN_PATH = "/area/v1/login"
REFRESH_PATH = "/area/v1/token/refresh"
LOGOUT_PATH = "/area/v1/logout"
ME_PATH = "/area/v1/me"
USERS_PATH = "/area/v1/users"
USER_PATH = "/area/v1/users/{name}"
PASSWORD_PATH = "/area/v1/users/{name}/password"  # noqa: S105 - a path
_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")

Short = Annotated[str, msgspec.Meta(max_length=256)]


class LoginBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Name and password."""

    name: Short
    password: Short

    @override
    def __repr__(self) -> str:
        """Leave the password out of every log."""
        return f"LoginBody({self.name!r})"


class RefreshBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename="camel"):
    """The newest refresh token of a session."""

    refresh_token: Short

    @override
    def __repr__(self) -> str:
        """Leave the token out of every log."""
        return "RefreshBody()"


class UserBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A new person."""

    name: Short
    role: Role
    password: Short

    @override
    def __repr__(self) -> str:
        """Leave the password out of every log."""
        return f"UserBody({self.name!r}, {self.role!r})"


class ChangeBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What changes of a person."""

    role: Role | None = None
    disabled: bool | None = None


class PasswordBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A new password, and the present one where it is one's own."""

    password: Short
    present: Short = ""

    @override
    def __repr__(self) -> str:
        """Leave the passwords out of every log."""
        return "PasswordBody()"


@dataclass(frozen=True, slots=True)
class Accounts:
    """The endpoints."""

    authority: Authority
    guard: Guard

    async def login(self, request: Request) -> Response:
        """Open a session: 401 for a wrong password, without saying what is wrong about it."""
        self.guard.check_failures(request)
        body = await bodies.read(request, LoginBody)
        found = await self.authority.read(lambda tx: users.find(tx, body.name))
        user = await to_thread.run_sync(sessions.known, found, body.password)
        address = address_of(request)
        if user is None:
            self.guard.failed(request)
            deed = Deed(f"?:{body.name[:64]}", "login", LOGIN_PATH, 401, address)
            await self.authority.record(deed)
            raise Refused(problems.unauthorised("name or password is wrong"))
        identity, now_us = self.authority.identity, self.authority.now_us()
        made = await self.authority.write(lambda tx: sessions.begin(tx, user, identity, now_us))
        await self._modernise(user, body.password)
        await self.authority.record(
            Deed(f"{user.role}:{user.name}", "login", LOGIN_PATH, 200, address)
        )
        return _logged_in(made, now_us)

    async def refresh(self, request: Request) -> Response:
        """Renew a session: 401 where its refresh token is not its newest."""
        self.guard.check_failures(request)
        body = await bodies.read(request, RefreshBody)
        identity, now_us = self.authority.identity, self.authority.now_us()
        made = await self.authority.write(
            lambda tx: sessions.renew(tx, body.refresh_token, identity, now_us)
        )
        if made is None:
            self.guard.failed(request)
            raise Refused(problems.unauthorised("this session has ended: log in again"))
        return _logged_in(made, now_us)

    async def logout(self, request: Request) -> Response:
        """End the session of the token that was shown."""
        caller: Caller = request.state.caller
        if not caller.session:
            raise bad_request("a key has no session to end: revoke it instead")
        now_us = self.authority.now_us()
        await self.authority.write(lambda tx: users.end_session(tx, caller.session, now_us))
        return Response(status_code=204)

    async def me(self, request: Request) -> Response:
        """Say who the caller is."""
        caller: Caller = request.state.caller
        return json_response({"name": caller.name, "role": caller.role, "plan": caller.plan})

    async def list_all(self, _request: Request) -> Response:
        """List everybody."""
        return json_response([_shown(user) for user in await self.authority.read(users.all_users)])

    async def add(self, request: Request) -> Response:
        """Add a person."""
        body = await bodies.read(request, UserBody)
        new = await to_thread.run_sync(self._new_user, body)

        def add(transaction: Transaction) -> bool:
            if users.find(transaction, new.name):
                return False
            users.add(transaction, new)
            return True

        if not await self.authority.write(add):
            detail = f"there is a user {new.name} already"
            raise Refused(plain(409, "Already exists", detail, "user-exists"))
        request.state.change = {"name": new.name, "role": new.role}
        return json_response(_shown(new), 201, {"Location": f"{USERS_PATH}/{new.name}"})

    async def change(self, request: Request) -> Response:
        """Change a person's role, or disable or enable them; their sessions end."""
        body = await bodies.read(request, ChangeBody)
        name, now_us = request.path_params["name"], self.authority.now_us()
        if body.role is not None:
            _check_role(body.role)

        def change(transaction: Transaction) -> tuple[StoredUser, StoredUser] | None:
            before = users.find(transaction, name)
            if before is None:
                return None
            after = _changed(before, body, now_us)
            _check_managers(transaction, before, after)
            users.change(transaction, name, role=after.role, disabled_us=after.disabled_us)
            if after != before:
                users.end_sessions_of(transaction, name, now_us)
            return before, after

        found = await self.authority.write(change)
        if found is None:
            raise not_found(f"there is no user {name}")
        request.state.change = {"before": _shown(found[0]), "after": _shown(found[1])}
        return json_response(_shown(found[1]))

    async def password(self, request: Request) -> Response:
        """Set a password: one's own with the present one, anybody's as a manager."""
        body = await bodies.read(request, PasswordBody)
        name, caller = request.path_params["name"], request.state.caller
        user = await self.authority.read(lambda tx: users.find(tx, name))
        own = bool(caller.session) and caller.name == name
        if not own and caller.role is not Role.MANAGER:
            raise Refused(problems.forbidden("only a manager sets the password of others"))
        if user is None:
            raise not_found(f"there is no user {name}")
        if own and await to_thread.run_sync(sessions.known, user, body.present) is None:
            self.guard.failed(request)
            raise Refused(problems.forbidden("the present password is wrong"))
        kept = await to_thread.run_sync(_hashed, body.password, name)
        now_us = self.authority.now_us()

        def change(transaction: Transaction) -> None:
            users.change(transaction, name, password=kept)
            users.end_sessions_of(transaction, name, now_us)

        await self.authority.write(change)
        return Response(status_code=204)

    def _new_user(self, body: UserBody) -> StoredUser:
        _check_role(body.role)
        if not _NAME.fullmatch(body.name):
            raise bad_request("a name has small letters, digits and . _ - only, at most 64")
        kept = _hashed(body.password, body.name)
        return StoredUser(body.name, body.role, kept, self.authority.now_us())

    async def _modernise(self, user: StoredUser, password: str) -> None:
        """Hash a password anew where today's cost is higher than when it was set."""
        if passwords.outdated(user.password):
            kept = await to_thread.run_sync(passwords.hashed, password)
            await self.authority.write(lambda tx: users.change(tx, user.name, password=kept))


def is_name(text: str) -> bool:
    """Tell whether a person may be called so at the hub."""
    return _NAME.fullmatch(text) is not None


def _hashed(password: str, name: str) -> str:
    try:
        return passwords.hashed(passwords.checked(password, name))
    except passwords.WeakPassword as error:
        raise bad_request(str(error)) from error


def _check_role(role: Role) -> None:
    if role not in PEOPLE:
        names = ", ".join(sorted(PEOPLE))
        raise bad_request(f"{role} is a role for keys: a person is one of {names}")


def _changed(before: StoredUser, body: ChangeBody, now_us: int) -> StoredUser:
    role = before.role if body.role is None else str(body.role)
    disabled_us = before.disabled_us
    if body.disabled is not None:
        disabled_us = (disabled_us or now_us) if body.disabled else None
    return before._replace(role=role, disabled_us=disabled_us)


def _check_managers(transaction: Transaction, before: StoredUser, after: StoredUser) -> None:
    """Refuse to lose the last manager: nobody could undo it over the network."""
    manages = Role.MANAGER, None
    if (before.role, before.disabled_us) != manages or (after.role, after.disabled_us) == manages:
        return
    everybody = users.all_users(transaction)
    if sum((user.role, user.disabled_us) == manages for user in everybody) == 1:
        detail = f"{before.name} is the last manager: add another first"
        raise Refused(plain(409, "Conflict", detail, "last-manager"))


def _logged_in(made: Login, now_us: int) -> Response:
    body = {
        "token": made.token,
        "refreshToken": made.refresh,
        "expiresInS": (made.expires_us - now_us) // 1_000_000,
        "name": made.user.name,
        "role": made.user.role,
    }
    return json_response(body, headers={"Cache-Control": "no-store"})


def _shown(user: StoredUser) -> dict[str, str | None]:
    disabled = None if user.disabled_us is None else timestamps.to_text(user.disabled_us)
    created = timestamps.to_text(user.created_us)
    return {"name": user.name, "role": user.role, "created": created, "disabled": disabled}
