"""Headers that tell browsers what not to do."""

from __future__ import annotations

from typing import Final

HeaderList = list[tuple[bytes, bytes]]

API_HEADERS: Final[HeaderList] = [
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
    (b"x-content-type-options", b"nosniff"),
]
"""Of every answer that is not a page: nothing in it may be run or shown in a frame."""

PAGE_HEADERS: Final[HeaderList] = [
    (
        b"content-security-policy",
        (
            b"default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
            b"connect-src 'self'; font-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
        ),
    ),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-opener-policy", b"same-origin"),
]
"""Of pages for people: assets of our own only. Inline styles, not scripts: the documentation's own script sets them."""

SITE_HEADERS: Final[HeaderList] = [
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"same-origin"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (
        b"permissions-policy",
        (
            b"accelerometer=(), browsing-topics=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), "
            b"magnetometer=(), microphone=(), midi=(), payment=(), usb=()"
        ),
    ),
]
"""Of every file of the web front end."""

SITE_PAGE_HEADERS: Final[HeaderList] = [*SITE_HEADERS, (b"content-security-policy", b"frame-ancestors 'none'")]
"""Of its pages, each of which carries the rest of its policy itself: it names the page's own inline scripts."""

NO_STORE: Final = (b"cache-control", b"no-store")
REVALIDATE: Final[HeaderList] = [(b"cache-control", b"private, no-cache"), (b"vary", b"authorization, accept-encoding")]
HTTPS_ONLY: Final = (b"strict-transport-security", b"max-age=31536000; includeSubDomains")
