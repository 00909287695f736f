"""What Webflow's API tells us."""

from datetime import datetime
from typing import Annotated, Any

from pydantic import Field, SecretStr

from tieline import Model

SiteId = Annotated[str, Field(description="The site's id; `list_sites` shows it.")]
CollectionId = Annotated[str, Field(description="The collection's id; `list_collections` shows it.")]
ItemId = Annotated[str, Field(description="The item's id.")]
Slug = Annotated[str, Field(description="The item's part of the page's address, unique in the collection.")]
Fields = Annotated[
    dict[str, Any], Field(description='Values by the field\'s slug, such as {"post-body": "<p>Hello</p>"}.')
]
Live = Annotated[bool, Field(description="What visitors see, instead of what waits to be published.")]
Limit = Annotated[int, Field(gt=0)]

#: Most items of a page, or of one request.
PAGE = 100


class Domain(Model):
    """A domain that a site is published to."""

    id: str
    url: str = ""


class Site(Model):
    """A site."""

    id: str
    display_name: str = Field("", alias="displayName")
    short_name: str = Field("", alias="shortName")
    last_published: datetime | None = Field(None, alias="lastPublished")
    custom_domains: tuple[Domain, ...] = Field((), alias="customDomains")


class Publication(Model):
    """Where a site is being published to."""

    custom_domains: tuple[Domain, ...] = Field((), alias="customDomains")
    to_subdomain: bool = Field(default=False, alias="publishToWebflowSubdomain")


class CollectionField(Model):
    """A field of a collection."""

    id: str
    slug: str = ""
    display_name: str = Field("", alias="displayName")
    type: str = Field(description="Such as PlainText or RichText, which is HTML.")
    required: bool = Field(default=False, alias="isRequired")


class Collection(Model):
    """A collection: items of one kind, such as blog posts."""

    id: str
    slug: str = ""
    display_name: str = Field("", alias="displayName")
    fields: tuple[CollectionField, ...] = Field((), description="Only from `get_collection`.")


class Item(Model):
    """An item of a collection."""

    id: str
    fields: dict[str, Any] = Field(default_factory=dict, alias="fieldData", description="By the field's slug.")
    draft: bool = Field(default=False, alias="isDraft", description="Publishing the site leaves it out.")
    archived: bool = Field(default=False, alias="isArchived")
    last_updated: datetime | None = Field(None, alias="lastUpdated")
    last_published: datetime | None = Field(None, alias="lastPublished")

    @property
    def name(self) -> str:
        """Its name."""
        return str(self.fields.get("name") or "")

    @property
    def slug(self) -> str:
        """Its part of the address."""
        return str(self.fields.get("slug") or "")


class Published(Model):
    """What became of items that were to be published."""

    ids: tuple[str, ...] = Field((), alias="publishedItemIds")
    errors: tuple[Any, ...] = Field((), description="What could not be published, and why, in Webflow's words.")


class Hook(Model):
    """A webhook."""

    id: str
    trigger_type: str = Field(alias="triggerType")
    url: str = ""
    secret_key: SecretStr | None = Field(
        None, alias="secretKey", description="What its deliveries are signed with; told once, with a site token alone."
    )
