"""What this room says of itself in `/openapi.json`."""

from __future__ import annotations

from typing import Any

from platform_hub.server.alarms import desk
from platform_hub.server.governance.described import many, operation, ref, schemas
from platform_hub.wire.alarms import (
    AcknowledgeBody,
    AlarmLine,
    AlarmView,
    NoteBody,
    ReasonBody,
    ShelveBody,
)

Json = dict[str, Any]

PATHS: Json = {
    desk.PATH: {
        "get": operation(
            desk.PATH,
            "alarms",
            "Every alarm with its ISA-18.2 state",
            many(AlarmView),
            query={"state": "only alarms in this state"},
        )
    },
    desk.ACKNOWLEDGE_PATH: {
        "post": operation(
            desk.ACKNOWLEDGE_PATH,
            "acknowledgeAlarms",
            "Acknowledge several alarms; answers with those that it changed",
            many(AlarmView),
            body=ref(AcknowledgeBody),
        )
    },
    desk.ONE_PATH: {"get": operation(desk.ONE_PATH, "alarm", "One alarm", ref(AlarmView))},
    desk.ACTION_PATH: {
        "post": operation(
            desk.ACTION_PATH,
            "actOnAlarm",
            f"Act on an alarm: {', '.join(desk.ACTIONS)}",
            ref(AlarmView),
            body={"anyOf": [ref(NoteBody), ref(ShelveBody), ref(ReasonBody)]},
        )
    },
    desk.JOURNAL_PATH: {
        "get": operation(
            desk.JOURNAL_PATH,
            "alarmJournal",
            "What happened to alarms, newest first",
            many(AlarmLine),
            query={
                "before": "seq of the last line known",
                "limit": "1 to 1000",
                "alarm": "only lines of this alarm",
            },
        )
    },
    desk.STATISTICS_PATH: {
        "get": operation(
            desk.STATISTICS_PATH,
            "alarmStatistics",
            "Rate, floods, chattering and stale alarms, time to acknowledge",
            {"type": "object"},
            query={"hours": "how many hours back, 24 by default"},
        )
    },
}

SCHEMAS: Json = schemas([AlarmView, AlarmLine, NoteBody, ShelveBody, ReasonBody, AcknowledgeBody])
