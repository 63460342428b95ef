"""What the public pages say of themselves to search engines: schema.org, with the team as author and no person."""

from collections.abc import Mapping
from typing import Any

from creathon.projects.rules.choices import LEVELS, NEEDS

CONTEXT = "https://schema.org"
SITE = "Créathon"


def creative_work(content: Mapping[str, Any], *, team: str, edition: str, address: str) -> dict[str, Any]:
    """A deposited project."""
    return {
        "@context": CONTEXT,
        "@type": "CreativeWork",
        "name": content["title"],
        "abstract": content["summary"],
        "url": address,
        "inLanguage": "fr",
        "author": {"@type": "Organization", "name": team},
        "keywords": [NEEDS.get(one, one) for one in content["needs"]],
        "educationalLevel": [LEVELS.get(one, one) for one in content["levels"]],
        "isPartOf": {"@type": "CreativeWork", "name": edition},
    }


def collection(*, title: str, edition: str, address: str) -> dict[str, Any]:
    """The gallery of an edition."""
    return {
        "@context": CONTEXT,
        "@type": "CollectionPage",
        "name": title,
        "url": address,
        "inLanguage": "fr",
        "about": {"@type": "Event", "name": edition},
        "isPartOf": {"@type": "WebSite", "name": SITE},
    }
