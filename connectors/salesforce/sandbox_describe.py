"""How the Salesforce sandbox describes an object and its fields.

https://developer.salesforce.com/docs/atlas.en-us.api_rest.meta/api_rest/resources_sobject_describe.htm
"""

from __future__ import annotations

from connectors.salesforce.sandbox_org import INSTANCE, PREFIXES, ROOT, Field, Org, Record

_SOAP_TYPES = {
    "id": "tns:ID",
    "reference": "tns:ID",
    "boolean": "xsd:boolean",
    "double": "xsd:double",
    "date": "xsd:date",
    "datetime": "xsd:dateTime",
}


def describe(org: Org, sobject: str) -> Record:
    """Describe an object as the REST API does."""
    own = {
        "create": f"{ROOT}/sobjects/{sobject}",
        "describe": f"{ROOT}/sobjects/{sobject}/describe",
        "rowTemplate": f"{ROOT}/sobjects/{sobject}/{{ID}}",
        "sobject": f"{ROOT}/sobjects/{sobject}",
        "uiDetailTemplate": f"{INSTANCE}/{{ID}}",
        "uiEditTemplate": f"{INSTANCE}/{{ID}}/e",
        "uiNewRecord": f"{INSTANCE}/{PREFIXES[sobject]}/e",
    }
    yes = (
        "createable",
        "deletable",
        "layoutable",
        "queryable",
        "replicateable",
        "retrieveable",
        "searchable",
        "triggerable",
        "undeletable",
        "updateable",
        "activateable",
        "feedEnabled",
        "mergeable",
    )
    no = ("custom", "customSetting", "deprecatedAndHidden", "listviewable", "lookupLayoutable", "searchLayoutable")
    return {
        "name": sobject,
        "label": sobject,
        "labelPlural": f"{sobject}s",
        "keyPrefix": PREFIXES[sobject],
        "urls": own,
        "childRelationships": [],
        "recordTypeInfos": [],
        **dict.fromkeys(yes, True),
        **dict.fromkeys(no, False),
        "fields": [_described(one) for one in org.visible(sobject).values()],
    }


def _described(one: Field) -> Record:
    long, number = one.type == "textarea", one.type == "double"
    values = [{"active": True, "defaultValue": False, "label": v, "validFor": None, "value": v} for v in one.values]
    text = one.type in ("string", "textarea", "picklist", "email", "url", "phone")
    return {
        "autoNumber": False,
        "byteLength": one.length * 3 if text else 18,
        "calculated": False,
        "calculatedFormula": None,
        "caseSensitive": False,
        "controllerName": None,
        "createable": one.writable,
        "custom": one.custom,
        "defaultValue": False if one.type == "boolean" else None,
        "defaultValueFormula": None,
        "defaultedOnCreate": not one.writable,
        "dependentPicklist": False,
        "deprecatedAndHidden": False,
        "digits": 0,
        "externalId": one.external,
        "filterable": not long,
        "groupable": not long and not number,
        "htmlFormatted": False,
        "idLookup": one.external or one.type == "id",
        "inlineHelpText": one.help,
        "label": one.label or one.name,
        "length": one.length if text else 0 if one.type != "id" else 18,
        "name": one.name,
        "nameField": one.name == "Name",
        "namePointing": False,
        "nillable": one.writable,
        "picklistValues": values,
        "precision": one.precision if number else 0,
        "referenceTo": [one.reference] if one.reference else [],
        "relationshipName": one.relationship,
        "relationshipOrder": None,
        "restrictedPicklist": one.restricted,
        "scale": one.scale if number else 0,
        "soapType": _SOAP_TYPES.get(one.type, "xsd:string"),
        "sortable": not long,
        "type": one.type,
        "unique": one.unique,
        "updateable": one.writable,
        "writeRequiresMasterRead": False,
    }
