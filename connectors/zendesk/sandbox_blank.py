"""Fresh records of the Zendesk sandbox, in the shapes that Zendesk returns, nulls included."""

from __future__ import annotations

from typing import Any

SUBDOMAIN = "attune-sandbox"
ORIGIN = f"https://{SUBDOMAIN}.zendesk.com"
ACCOUNT_ID = 18525119
BRAND_ID, FORM_ID = 6130830354842, 6130830344474
STATUS_IDS = {
    "new": 8593965,
    "open": 8593966,
    "pending": 8593967,
    "hold": 8593968,
    "solved": 8593969,
    "closed": 8593969,
}
Record = dict[str, Any]
TICKET_FIELD: Record = {
    "required": False,
    "collapsed_for_agents": False,
    "title_in_portal": "",
    "raw_title_in_portal": "",
    "visible_in_portal": False,
    "editable_in_portal": False,
    "required_in_portal": False,
    "tag": None,
    "removable": True,
    "agent_description": None,
}


def user(user_id: int, at: str) -> Record:
    """Return a user of whom nothing is known yet."""
    return {
        "id": user_id,
        "url": f"{ORIGIN}/api/v2/users/{user_id}.json",
        "name": "",
        "email": None,
        "created_at": at,
        "updated_at": at,
        "time_zone": "UTC",
        "iana_time_zone": "Etc/UTC",
        "phone": None,
        "shared_phone_number": None,
        "photo": None,
        "locale_id": 1,
        "locale": "en-US",
        "organization_id": None,
        "role": "end-user",
        "verified": False,
        "external_id": None,
        "tags": [],
        "alias": None,
        "active": True,
        "shared": False,
        "shared_agent": False,
        "last_login_at": None,
        "two_factor_auth_enabled": False,
        "signature": None,
        "details": None,
        "notes": None,
        "role_type": None,
        "custom_role_id": None,
        "moderator": False,
        "ticket_restriction": "requested",
        "only_private_comments": False,
        "restricted_agent": True,
        "suspended": False,
        "default_group_id": None,
        "report_csv": False,
    }


def organization(org_id: int, at: str) -> Record:
    """Return an organization of which nothing is known yet."""
    return {
        "url": f"{ORIGIN}/api/v2/organizations/{org_id}.json",
        "id": org_id,
        "name": "",
        "shared_tickets": False,
        "shared_comments": False,
        "external_id": None,
        "created_at": at,
        "updated_at": at,
        "domain_names": [],
        "details": None,
        "notes": None,
        "group_id": None,
        "tags": [],
    }


def ticket(ticket_id: int, at: str, values: list[Record]) -> Record:
    """Return a ticket of which nothing is known yet."""
    return {
        "url": f"{ORIGIN}/api/v2/tickets/{ticket_id}.json",
        "id": ticket_id,
        "external_id": None,
        "via": {"channel": "api", "source": {"from": {}, "to": {}, "rel": None}},
        "created_at": at,
        "updated_at": at,
        "type": None,
        "subject": "",
        "raw_subject": "",
        "description": "",
        "priority": None,
        "status": "new",
        "recipient": None,
        "requester_id": None,
        "submitter_id": None,
        "assignee_id": None,
        "organization_id": None,
        "group_id": None,
        "collaborator_ids": [],
        "follower_ids": [],
        "email_cc_ids": [],
        "forum_topic_id": None,
        "problem_id": None,
        "has_incidents": False,
        "is_public": True,
        "due_at": None,
        "tags": [],
        "custom_fields": values,
        "satisfaction_rating": None,
        "sharing_agreement_ids": [],
        "custom_status_id": STATUS_IDS["new"],
        "fields": values,
        "followup_ids": [],
        "ticket_form_id": FORM_ID,
        "brand_id": BRAND_ID,
        "allow_channelback": False,
        "allow_attachments": True,
        "from_messaging_channel": False,
    }
