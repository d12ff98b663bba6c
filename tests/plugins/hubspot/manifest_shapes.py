"""JSON schemas of HubSpot's project files, written from its documents and templates: its own are online only.

https://developers.hubspot.com/docs/apps/developer-platform/build-apps/app-configuration
"""

from __future__ import annotations

from typing import Any

Shape = dict[str, Any]

TEXT: Shape = {"type": "string", "minLength": 1}
HTTPS: Shape = {"type": "string", "pattern": r"^https://[a-z0-9.-]+(/[A-Za-z0-9._~/-]*)?$"}
SCOPE: Shape = {"type": "string", "pattern": r"^[a-z0-9_.-]+$"}


def closed(required: Shape, optional: Shape | None = None) -> Shape:
    """Return an object with these parts and no others."""
    parts = {**required, **(optional or {})}
    return {"type": "object", "properties": parts, "required": list(required), "additionalProperties": False}


def listed(items: Shape, **more: Any) -> Shape:
    """Return a list without repeats."""
    return {"type": "array", "items": items, "uniqueItems": True, **more}


def component(type_: str, config: Shape) -> Shape:
    """Return a component's file."""
    uid = {"type": "string", "pattern": r"^[A-Za-z0-9_.-]{1,64}$"}
    return closed({"uid": uid, "type": {"const": type_}, "config": config})


OPTION = closed({"value": TEXT, "label": TEXT}, {"displayOrder": {"type": "integer"}})
TYPE = closed(
    {
        "name": {"type": "string", "pattern": r"^[a-z_]+$"},
        "type": {"enum": ["string", "number", "bool", "enumeration"]},
        "fieldType": {"enum": ["text", "textarea", "number", "select", "booleancheckbox"]},
    },
    {"options": listed(OPTION, minItems=1)},
)
INPUT = closed(
    {
        "typeDefinition": TYPE,
        "isRequired": {"type": "boolean"},
        "supportedValueTypes": listed({"enum": ["STATIC_VALUE", "OBJECT_PROPERTY", "FIELD_DATA"]}, minItems=1),
    }
)
TEXTS: Shape = {"type": "object", "additionalProperties": TEXT}
LABELS = closed(
    {"actionName": TEXT, "actionDescription": TEXT},
    {
        "appDisplayName": TEXT,
        "actionCardContent": TEXT,
        "inputFieldLabels": TEXTS,
        "inputFieldDescriptions": TEXTS,
        "outputFieldLabels": TEXTS,
    },
)
SUBSCRIPTION = closed(
    {"subscriptionType": {"type": "string", "pattern": r"^[a-z]+\.[A-Za-z]+$"}, "active": {"type": "boolean"}},
    {"propertyName": {"type": "string", "pattern": r"^[a-z0-9_]+$"}, "objectType": TEXT},
)
OBJECTS = listed({"enum": ["CONTACT", "COMPANY", "TICKET", "DEAL"]}, minItems=1)

PROJECT = closed({"name": TEXT, "srcDir": {"const": "src"}, "platformVersion": {"const": "2026.03"}})
PROFILE = closed(
    {
        "accountId": {"type": "integer"},
        "variables": {"type": "object", "additionalProperties": {"type": ["string", "number", "boolean"]}},
    }
)
# Folder below src/app -> the components that must stand there and nowhere else.
FOLDERS: dict[str, Shape] = {
    ".": component(
        "app",
        closed(
            {
                "name": TEXT,
                "description": TEXT,
                "distribution": {"enum": ["marketplace", "private"]},
                "auth": closed(
                    {
                        "type": {"const": "oauth"},
                        "redirectUrls": listed(HTTPS, minItems=1),
                        "requiredScopes": listed(SCOPE),
                        "optionalScopes": listed(SCOPE),
                        "conditionallyRequiredScopes": listed(SCOPE),
                    }
                ),
                "permittedUrls": closed({"fetch": listed(HTTPS), "iframe": listed(HTTPS), "img": listed(HTTPS)}),
                "support": closed(
                    {
                        "supportEmail": {"type": "string", "pattern": r"^[^@\s]+@[^@\s]+$"},
                        "documentationUrl": HTTPS,
                        "supportUrl": HTTPS,
                    },
                    {"supportPhone": {"type": "string", "pattern": r"^\+[0-9]+$"}},
                ),
            }
        ),
    ),
    "cards": component(
        "card",
        closed(
            {
                "name": TEXT,
                "location": {"enum": ["crm.record.tab", "crm.record.sidebar", "crm.preview", "helpdesk.sidebar"]},
                "entrypoint": {"type": "string", "pattern": r"^/app/cards/[A-Za-z]+\.tsx$"},
                "objectTypes": OBJECTS,
            },
            {"description": TEXT},
        ),
    ),
    "settings": component(
        "settings",
        closed(
            {
                "entrypoint": {"type": "string", "pattern": r"^/app/settings/[A-Za-z]+\.tsx$"},
            }
        ),
    ),
    "webhooks": component(
        "webhooks",
        closed(
            {
                "settings": closed(
                    {"targetUrl": HTTPS, "maxConcurrentRequests": {"type": "integer", "exclusiveMinimum": 5}}
                ),
                "subscriptions": closed(
                    {
                        name: listed(SUBSCRIPTION, maxItems=1000)
                        for name in ("crmObjects", "legacyCrmObjects", "hubEvents")
                    }
                ),
            }
        ),
    ),
    "workflow-actions": component(
        "workflow-action",
        closed(
            {
                "actionUrl": HTTPS,
                "isPublished": {"type": "boolean"},
                "supportedClients": listed(closed({"client": {"enum": ["WORKFLOWS", "AGENTS"]}}), minItems=1),
                "inputFields": listed(INPUT),
                "outputFields": listed(closed({"typeDefinition": TYPE})),
                "labels": {"type": "object", "required": ["en"], "additionalProperties": LABELS},
                "objectTypes": OBJECTS,
            }
        ),
    ),
}
SINGLE = frozenset({"app", "settings", "webhooks"})
