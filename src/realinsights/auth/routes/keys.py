"""The keys to verify tokens with, at the address where everybody looks for them."""

from __future__ import annotations

from realinsights.auth.service.identity import Identity
from realinsights.contracts.tokens import KEYS_PATH
from realinsights_platform.http.answers.answer import Json
from realinsights_platform.http.routes.declaring import get
from realinsights_platform.token_register import JwkSet


@get(KEYS_PATH, public=True)
async def published_keys(identity: Identity) -> Json[JwkSet]:
    """Return the keys that access tokens are verified with."""
    return Json(await identity.keys.published(), headers={"cache-control": "public, max-age=60"})
