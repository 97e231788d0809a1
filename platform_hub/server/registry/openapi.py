"""What this room says of itself in `/openapi.json`."""

from __future__ import annotations

from typing import Any

from platform_hub.server.governance.described import many, operation, ref, schemas, some
from platform_hub.server.registry import (
    commands,
    configuration,
    decisions,
    gateways,
    inbox,
    life_cycle,
    pack,
    plans,
)
from platform_hub.wire import events
from platform_hub.wire.advice import Decision, DecisionBody
from platform_hub.wire.commands import CommandBody, Order, OrderReport
from platform_hub.wire.events import GatewayState
from platform_hub.wire.gateways import GatewayReport, Registration
from platform_hub.wire.plans import PlanBody

Json = dict[str, Any]

PATHS: Json = {
    pack.PATH: {
        "get": {
            "operationId": "areaPack",
            "summary": "The area's own files: area file, device profiles, geometry",
            "parameters": [
                {
                    "name": "If-None-Match",
                    "in": "header",
                    "required": False,
                    "schema": {"type": "string"},
                    "description": "ETag of the pack that the caller has",
                },
                {
                    "name": "digest",
                    "in": "query",
                    "required": False,
                    "schema": {"type": "string"},
                    "description": "digest of a certain version; the newest by default",
                },
            ],
            "responses": {
                "200": {
                    "description": "The pack",
                    "content": {
                        "application/zip": {"schema": {"type": "string", "format": "binary"}}
                    },
                },
                "304": {"description": "The caller's pack is the newest"},
            },
        },
        "put": operation(
            pack.PATH,
            "changeArea",
            "Check a pack as a whole, store it as the next version and tell its gateways",
            ref("AreaChange"),
            headers={
                "If-Match": "ETag of the pack that was changed",
                "Area-Note": "why, for the history",
            },
            others={
                412: "Somebody else has changed the area meanwhile",
                415: "Not a zip",
                422: "The area has mistakes, all of which are told; nothing was stored",
                428: "If-Match is missing",
            },
        )
        | {
            "requestBody": {
                "required": True,
                "content": {"application/zip": {"schema": {"type": "string", "format": "binary"}}},
            }
        },
    },
    pack.VERSIONS_PATH: {
        "get": operation(
            pack.VERSIONS_PATH,
            "areaVersions",
            "The versions of the area, newest first",
            many("AreaVersion"),
            query={"limit": "how many at most"},
        )
    },
    pack.DIFF_PATH: {
        "get": operation(
            pack.DIFF_PATH,
            "areaDifferences",
            "Where two versions of the area differ, by the ids of gateways, devices and alarms",
            some(**{"from": "integer", "to": "integer", "changes": "array"}),
            query={"from": "the older version", "to": "the newer version"},
        )
    },
    gateways.PATH: {
        "get": operation(
            gateways.PATH,
            "gateways",
            "When each gateway last spoke, and what waits there",
            many(GatewayState),
        ),
        "post": operation(
            gateways.PATH,
            "registerGateway",
            "Register a gateway's public key; one that it had before is refused from now on",
            some(id="string", keyId="string", hubPublicKey="string"),
            status=201,
            body=ref(Registration),
        ),
    },
    gateways.ONE_PATH: {
        "get": operation(
            gateways.ONE_PATH, "gateway", "Health, key and report of one", {"type": "object"}
        )
    },
    gateways.KEY_PATH: {
        "delete": operation(
            gateways.KEY_PATH,
            "revokeGatewayKey",
            "Revoke a gateway's key",
            some(id="string", revokedUs="integer"),
        )
    },
    gateways.REPORT_PATH: {
        "post": operation(
            gateways.REPORT_PATH,
            "reportGateway",
            "What a gateway says of itself",
            some(id="string", seenUs="integer"),
            body=ref(GatewayReport),
        )
    },
    configuration.PATH: {
        "get": operation(
            configuration.PATH,
            "configuration",
            "The newest configuration, with its version as ETag",
            {"type": "object"},
            query={"version": "an older one"},
        ),
        "put": operation(
            configuration.PATH,
            "putConfiguration",
            "Store a new version and send it to the gateway",
            some(gateway="string", version="integer", order="string"),
            body={"type": "object"},
            headers={
                "If-Match": "the version that is changed",
                "If-None-Match": "* for the first version",
                configuration.NOTE_HEADER: "why",
            },
            others={201: "The first version", 412: "Somebody else was faster"},
        ),
    },
    configuration.VERSIONS_PATH: {
        "get": operation(
            configuration.VERSIONS_PATH,
            "configurationVersions",
            "Versions, newest first, each with how far it has got",
            {"type": "array", "items": {"type": "object"}},
            query={"limit": "1 to 1000"},
        )
    },
    configuration.DIFF_PATH: {
        "get": operation(
            configuration.DIFF_PATH,
            "configurationDiff",
            "Where two versions differ",
            {"type": "object"},
            query={"from": "older version", "to": "newer version"},
        )
    },
    commands.PATH: {
        "get": operation(
            commands.PATH,
            "commands",
            "Commands, newest first",
            many(Order),
            query={
                "before": "seq of the last one known",
                "limit": "1 to 1000",
                "gateway": "only of this gateway",
            },
        ),
        "post": operation(
            commands.PATH,
            "sendCommand",
            "Send a command",
            ref(Order),
            status=201,
            body=ref(CommandBody),
            headers={life_cycle.IDEMPOTENCY_HEADER: "the same key twice sends it once"},
            others={200: "It was sent before"},
        ),
    },
    commands.ONE_PATH: {
        "get": operation(commands.ONE_PATH, "command", "One command and its life", ref(Order))
    },
    plans.PATH: {
        "get": operation(
            plans.PATH,
            "plans",
            "Energy plans, newest first, without steps",
            {"type": "array", "items": {"type": "object"}},
            query={"limit": "1 to 1000"},
        ),
        "post": operation(
            plans.PATH,
            "sendPlan",
            "Store a plan and send each gateway its part",
            {"type": "object"},
            status=201,
            body=ref(PlanBody),
            headers={life_cycle.IDEMPOTENCY_HEADER: "the same key twice sends it once"},
            others={200: "It was sent before"},
        ),
    },
    plans.ONE_PATH: {
        "get": operation(
            plans.ONE_PATH,
            "plan",
            "One plan and where it stands at each gateway",
            {"type": "object"},
            query={"version": "an older one"},
        ),
        "delete": operation(
            plans.ONE_PATH,
            "revokePlan",
            "Take a plan back at once; its gateways fall back to their own control",
            {"type": "object"},
        ),
    },
    inbox.PATH: {
        "get": operation(
            inbox.PATH,
            "orders",
            "A gateway's open orders, signed; waits for the first",
            many(Order),
            query={"after": "seq of the last one known", "wait": "seconds, to 60", "limit": ""},
        )
    },
    inbox.STREAM_PATH: {
        "get": {
            **operation(inbox.STREAM_PATH, "orderStream", "A gateway's orders as they come", None),
            "responses": {
                "200": {
                    "description": "Server-sent events without end",
                    "content": {events.MEDIA_TYPE: {"schema": {"type": "string"}}},
                }
            },
        }
    },
    decisions.PATH: {
        "post": operation(
            decisions.PATH,
            "decideOnAdvice",
            "What a person decided on an advice, for the audit log; moves nothing",
            ref(Decision),
            status=201,
            body=ref(DecisionBody),
        )
    },
    inbox.REPORT_PATH: {
        "post": operation(
            inbox.REPORT_PATH,
            "reportOrder",
            "What a gateway says of an order",
            ref(Order),
            body=ref(OrderReport),
        )
    },
}

SCHEMAS: Json = schemas(
    [
        *(GatewayState, Registration, GatewayReport, CommandBody, Order, OrderReport, PlanBody),
        *(Decision, DecisionBody),
    ]
) | {
    "AreaChange": some(
        version="integer",
        digest="string",
        note="string",
        gateways="array",
        notTold="array",
    ),
    "AreaVersion": some(
        version="integer",
        digest="string",
        created="string",
        createdBy="string",
        note="string",
    ),
}
