"""The NGSI-LD core context, versions 1.3 to 1.9, from the term list of GS CIM 009, annex B.

Later versions only add terms, so one list serves them all.
"""

from __future__ import annotations

from typing import Any

from platform_hub.wire.ngsi_ld import CORE_CONTEXT

NGSI_LD = "https://uri.etsi.org/ngsi-ld/"
DEFAULT_VOCABULARY = "https://uri.etsi.org/ngsi-ld/default-context/"
_GEOJSON = "https://purl.org/geojson/vocab#"
_VERSIONS = ("1.3", "1.4", "1.5", "1.6", "1.7", "1.8", "1.9")

URLS = frozenset(
    f"https://uri.etsi.org/ngsi-ld/v1/ngsi-ld-core-context-v{version}.jsonld"
    for version in _VERSIONS
) | {"https://uri.etsi.org/ngsi-ld/v1/ngsi-ld-core-context.jsonld", CORE_CONTEXT}

PREFIXES = {"ngsi-ld": NGSI_LD, "geojson": _GEOJSON}
KEYWORDS = {"id": "@id", "type": "@type"}

_GEO_TYPES = """
Feature FeatureCollection GeometryCollection LineString MultiLineString MultiPoint
MultiPolygon Point Polygon
"""
_GEO_TERMS = ("features", "geometry", "properties", "bbox")

# Names whose IRI is the namespace and the name itself.
_PLAIN = """
Attribute AttributeList ContextSourceIdentity ContextSourceNotification ContextSourceRegistration
Date DateTime EntityMap EntityType EntityTypeInfo EntityTypeList ExecutionResultDetails GeoProperty
JsonProperty LanguageProperty ListProperty ListRelationship Notification Property Relationship
Subscription TemporalProperty Time VocabProperty
accept attributeCount attributeDetails attributeList attributeName attributeNames attributeTypes
attributes attrs avg cacheDuration containedBy contextSourceAlias contextSourceExtras
contextSourceInfo contextSourceTimeAt contextSourceUptime cooldown createdAt csf data datasetId
deletedAt detail distinctCount endAt endTimeAt endpoint entities entity entityCount entityId
entityList entityMap error errors expiresAt format geoQ geoproperty georel idPattern information
instanceId isActive join joinLevel lang lastFailure lastNotification lastSuccess localOnly location
managementInterval max min mode modifiedAt notUpdated notification notificationTrigger notifiedAt
notifierInfo observationInterval observationSpace observedAt omit operationSpace operations
ordering pick propertyNames q reason receiverInfo refreshRate registrationId registrationName
relationshipNames scope scopeQ showChanges splitEntities startAt status stddev subscriptionId
subscriptionName success sum sumsq sysAttrs temporalQ tenant throttling timeAt timeInterval timeout
timeproperty timerel timesFailed timesSent totalCount triggerReason typeList typeName typeNames
unchanged unitCode updated uri watchedAttributes
"""

# Names whose IRI is another word of the namespace.
_RENAMED = {
    "value": "hasValue",
    "object": "hasObject",
    "languageMap": "hasLanguageMap",
    "vocab": "hasVocab",
    "json": "hasJSON",
    "valueList": "hasValueList",
    "objectList": "hasObjectList",
    "values": "hasValues",
    "objects": "hasObjects",
    "languageMaps": "hasLanguageMaps",
    "vocabs": "hasVocabs",
    "jsons": "hasJSONs",
    "valueLists": "hasValueLists",
    "objectLists": "hasObjectLists",
    "objectType": "hasObjectType",
    "previousValue": "hasPreviousValue",
    "previousObject": "hasPreviousObject",
    "previousLanguageMap": "hasPreviousLanguageMap",
    "previousVocab": "hasPreviousVocab",
    "previousJson": "hasPreviousJson",
    "previousValueList": "hasPreviousValueLists",
    "previousObjectList": "hasPreviousObjectLists",
    "description": "http://purl.org/dc/terms/description",
    "title": "http://purl.org/dc/terms/title",
    "coordinates": _GEOJSON + "coordinates",
}


def _terms() -> dict[str, str]:
    found = {name: NGSI_LD + name for name in _PLAIN.split()}
    found |= {name: _GEOJSON + name for name in (*_GEO_TYPES.split(), *_GEO_TERMS)}
    for name, target in _RENAMED.items():
        found[name] = target if target.startswith("http") else NGSI_LD + target
    return found


TERMS: dict[str, str] = _terms()
BY_IRI: dict[str, str] = {iri: name for name, iri in TERMS.items()}


def document() -> dict[str, Any]:
    """Return the context as it is served."""
    return {
        "@context": {
            "@version": 1.1,
            "@protected": True,
            **PREFIXES,
            **KEYWORDS,
            **TERMS,
            "@vocab": DEFAULT_VOCABULARY,
        }
    }
