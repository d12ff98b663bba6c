"""The generated files of the Salesforce package; ``make docs`` writes them, ``make check`` finds stale ones.

Written by hand, beside them: components, list views, reports, the dashboard, credentials and the app.
"""

from __future__ import annotations

from connectors.salesforce.client import VERSION
from plugins.salesforce import package_feed, package_fields, package_roles, package_words
from plugins.salesforce.package_xml import document

MAIN = "force-app/main/default"


def files() -> dict[str, str]:
    """Return path below ``manifests/salesforce/`` -> text."""
    found = {**_fields(), **_feed(), **_words()}
    for name, parts in package_roles.permission_sets().items():
        found[f"{MAIN}/permissionsets/{name}.permissionset-meta.xml"] = document("PermissionSet", parts)
    return found


def _fields() -> dict[str, str]:
    found = {
        f"{MAIN}/objects/{name}/{name}.object-meta.xml": document("CustomObject", parts)
        for name, parts in package_fields.objects().items()
    }
    for full_name, parts in package_fields.fields().items():
        sobject, _, name = full_name.partition(".")
        path = f"{MAIN}/objects/{sobject}/fields/{name}.field-meta.xml"
        found[path] = document("CustomField", {"fullName": name, **parts})
    return found


def _feed() -> dict[str, str]:
    found = {
        f"{MAIN}/workflows/{sobject}.workflow-meta.xml": document("Workflow", parts)
        for sobject, parts in package_feed.workflows().items()
    }
    for name, parts in package_feed.flows().items():
        found[f"{MAIN}/flows/{name}.flow-meta.xml"] = document("Flow", parts)
    quiet = {
        "label": "Attune quiet",
        "isLicensed": False,
        "description": "Held by Attune's own user: its writes are not told to Attune.",
    }
    found[f"{MAIN}/customPermissions/{package_roles.QUIET}.customPermission-meta.xml"] = document(
        "CustomPermission", quiet
    )
    return found


def _words() -> dict[str, str]:
    folder = f"{MAIN}/lwc/{package_words.LABELS_MODULE}"
    bundle = {"apiVersion": VERSION, "isExposed": False}
    return {
        f"{MAIN}/labels/CustomLabels.labels-meta.xml": document("CustomLabels", package_words.metadata()),
        f"{folder}/{package_words.LABELS_MODULE}.js": package_words.module(),
        f"{folder}/{package_words.LABELS_MODULE}.js-meta.xml": document("LightningComponentBundle", bundle),
    }
