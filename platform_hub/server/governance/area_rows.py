"""Rows of the access matrix for the area API; a row names a method where methods differ."""

from __future__ import annotations

from platform_hub.server.governance.roles import (
    AUDITORS,
    CARERS,
    EVERYONE,
    GATEWAYS,
    INSTALLERS,
    KNOWN,
    MANAGERS,
    OFFICE,
    OPERATORS,
    PEOPLE,
    READERS,
    STAFF,
    Role,
)

ROWS: dict[str, frozenset[Role]] = {
    # Who are you, who am I
    "/area/v1/login": EVERYONE,
    "/area/v1/token/refresh": EVERYONE,
    "/area/v1/identity": EVERYONE,
    "/area/v1/time": EVERYONE,
    "/area/v1/logout": PEOPLE,
    "/area/v1/me": KNOWN,
    # People, keys, audit
    "/area/v1/users": MANAGERS,
    "/area/v1/users/{name}": MANAGERS,
    "/area/v1/users/{name}/password": PEOPLE,  # one's own; the manager's for anybody
    "/area/v1/keys": MANAGERS,
    "/area/v1/keys/{id}": MANAGERS,
    "/area/v1/usage": AUDITORS,
    "/area/v1/audit": AUDITORS,
    "/area/v1/audit/head": AUDITORS,
    "/area/v1/audit/verification": AUDITORS,
    # The area's own files
    "GET /area/v1/pack": STAFF | GATEWAYS,
    "PUT /area/v1/pack": INSTALLERS,
    "/area/v1/pack/versions": OFFICE,
    "/area/v1/pack/diff": OFFICE,
    # Gateways
    "GET /area/v1/gateways": STAFF,
    "POST /area/v1/gateways": INSTALLERS,
    "/area/v1/gateways/{id}": OFFICE,
    "/area/v1/gateways/{id}/key": INSTALLERS,
    "/area/v1/gateways/{id}/report": GATEWAYS,
    "GET /area/v1/gateways/{id}/configuration": OFFICE | GATEWAYS,
    "PUT /area/v1/gateways/{id}/configuration": INSTALLERS,
    "/area/v1/gateways/{id}/configuration/versions": OFFICE,
    "/area/v1/gateways/{id}/configuration/diff": OFFICE,
    "/area/v1/gateways/{id}/orders": GATEWAYS,
    "/area/v1/gateways/{id}/orders/stream": GATEWAYS,
    "/area/v1/gateways/{id}/orders/{order}/report": GATEWAYS,
    # Commands and plans
    "GET /area/v1/commands": OFFICE,
    "POST /area/v1/commands": INSTALLERS,
    "/area/v1/commands/{id}": OFFICE,
    "GET /area/v1/plans": OFFICE,
    "POST /area/v1/plans": MANAGERS,
    "GET /area/v1/plans/{id}": OFFICE,
    "DELETE /area/v1/plans/{id}": MANAGERS,
    # What people decided on advice; nothing is moved by it
    "/area/v1/decisions": INSTALLERS,
    # History
    "/area/v1/series": READERS,
    # Alarms
    "/area/v1/alarms": STAFF,
    "/area/v1/alarms/acknowledge": OPERATORS,
    "GET /area/v1/alarms/{id}": STAFF,
    "POST /area/v1/alarms/{id}/{action}": OPERATORS,  # shelving and the like ask for more
    "/area/v1/alarm-journal": STAFF,
    "/area/v1/alarm-statistics": STAFF,
    # Care: beyond the role, a caregiver reaches assigned residents only
    "/area/v1/care/minutes": GATEWAYS,
    "/area/v1/care/collection": GATEWAYS,
    "GET /area/v1/care/residents": CARERS | AUDITORS,
    "POST /area/v1/care/residents": MANAGERS,
    "/area/v1/care/residents/{id}": CARERS,
    "/area/v1/care/residents/{id}/assignments": MANAGERS,
    "/area/v1/care/residents/{id}/wearables": MANAGERS,
    "/area/v1/care/residents/{id}/look-in-need": CARERS,
    "GET /area/v1/care/residents/{id}/consents": CARERS | AUDITORS,
    "POST /area/v1/care/residents/{id}/consents": CARERS | MANAGERS,
    "/area/v1/care/residents/{id}/withdrawal": CARERS | MANAGERS,
    "/area/v1/care/residents/{id}/scores": CARERS,
    "/area/v1/care/residents/{id}/notes": CARERS,
    "/area/v1/care/residents/{id}/cycle": CARERS,
    "/area/v1/care/residents/{id}/events": CARERS,
    "/area/v1/care/residents/{id}/events/{event}/answer": CARERS,
    "/area/v1/care/residents/{id}/news2": CARERS,
    "/area/v1/care/residents/{id}/fhir": CARERS,
    "/area/v1/care/overview": CARERS,
    "/area/v1/care/handover": CARERS,
    "/area/v1/care/statistics": AUDITORS | {Role.READER},
}
