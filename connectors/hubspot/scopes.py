"""What the app asks an account for, and what each grant is needed for: nothing that is not used.

https://developers.hubspot.com/docs/apps/developer-platform/build-apps/authentication/scopes
"""

from __future__ import annotations

from collections.abc import Mapping

# Notes and tasks have no scopes of their own: they go with contacts. Tickets have one for records and definitions.
SCOPES: Mapping[str, str] = {
    "oauth": "to be connected at all",
    "tickets": "reading tickets, writing case scores, creating their properties",
    "crm.objects.contacts.read": "reading contacts, their choices, notes and tasks",
    "crm.objects.contacts.write": "the consent mirror on contacts; notes and tasks",
    "crm.objects.companies.read": "reading companies and the health inputs mapped there",
    "crm.objects.companies.write": "health scores on companies",
    "crm.schemas.contacts.read": "looking at the properties of contacts, notes and tasks",
    "crm.schemas.contacts.write": "creating the properties of contacts, notes and tasks",
    "crm.schemas.companies.read": "looking at the properties of companies",
    "crm.schemas.companies.write": "creating the properties of companies",
    "conversations.read": "reading what was written in a ticket's conversation",
}
