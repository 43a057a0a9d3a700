"""The route of bundles: several documents as one file."""

from __future__ import annotations

from typing import Annotated

import msgspec

from realinsights.contracts.permissions import Permission
from realinsights.files.queries.bundles import bundled
from realinsights.files.queries.documents import DocumentFilter
from realinsights.files.routes.documents import confidential
from realinsights.files.service.bundles import zipped
from realinsights.files.service.documents import Resources
from realinsights_platform.documents.port import Documents
from realinsights_platform.handed_out import disposition
from realinsights_platform.http.answers.answer import Stream
from realinsights_platform.http.routes.declaring import get
from realinsights_platform.principal import Principal

Ids = Annotated[tuple[Annotated[str, msgspec.Meta(max_length=64)], ...], msgspec.Meta(max_length=200)]


@get("/documents/bundle", permission=Permission.FILE_READ, media_type="application/zip", cost=200)
async def download_bundle(
    *,
    documents: Documents,
    resources: Resources,
    principal: Principal,
    filters: DocumentFilter,
    id: Ids = (),  # noqa: A002
) -> Stream:
    """Return the current versions of the documents named by `id`, or else of those that the filters find, as ZIP."""
    versions = await bundled(
        documents, org=principal.org, ids=id, filters=filters, confidential=confidential(principal)
    )
    return Stream(
        zipped(resources.blobs, versions),
        media_type="application/zip",
        headers={"content-disposition": disposition("documents.zip")},
    )
