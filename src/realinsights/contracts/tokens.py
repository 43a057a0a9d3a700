"""Access tokens, as every service that verifies them has to know them."""

from __future__ import annotations

import datetime
from typing import Final

ISSUER: Final = "realinsights"
AUDIENCE: Final = "realinsights"

ACCESS_TOKEN_LASTS: Final = datetime.timedelta(minutes=10)

CLOCKS_DIFFER: Final = datetime.timedelta(seconds=60)
"""How far apart the clocks of two processes may be."""

KEYS_PATH: Final = "/.well-known/jwks.json"
"""Where auth publishes the keys that access tokens are verified with (RFC 7517)."""
