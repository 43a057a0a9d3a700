"""Browsers: session cookies, and refusing requests that another site made them send."""

from __future__ import annotations

from realinsights.auth.model.sessions import UNUSED_SESSION
from realinsights.auth.service.identity import Identity
from realinsights.auth.service.signing_in import Caller, SignedIn
from realinsights_platform.errors import Forbidden
from realinsights_platform.http.answers.answer import Cookie
from realinsights_platform.http.edge.exchange import exchange_of
from realinsights_platform.http.routes.requests import Request

REFRESH_COOKIE = "realinsights_refresh"
DEVICE_COOKIE = "realinsights_device"
ORGANIZATION_COOKIE = "realinsights_organization"
"""A hint at whose requests these are: what stands in front of several processes may send them all to the same one."""

COOKIE_PATH = "/api/v1/auth"
OVER_HTTPS = "__Host-"
"""What the names of cookies begin with over https: browsers take such ones from this very host only, for all of it."""

OWN_HEADER = "realinsights-client"
"""A header, of any value, that no form can send, nor another site's script without asking first."""

_DEVICE_KNOWN_SECONDS = 400 * 24 * 3600  # as long as browsers keep any cookie
_LONGEST_COOKIE = 512
_LONGEST_CLIENT = 200


def caller_of(request: Request, *, identity: Identity) -> Caller:
    """Return where a request comes from."""
    secure = _secure(request, identity)
    client = "".join(character for character in request.headers.get("user-agent", "") if character.isprintable())
    device = request.cookies.get(_name(DEVICE_COOKIE, secure=secure))
    return Caller(
        address=exchange_of(request.scope).address,
        client=client[:_LONGEST_CLIENT],
        device=device if device is not None and len(device) <= _LONGEST_COOKIE else None,
    )


def refresh_token_of(request: Request, *, identity: Identity) -> str:
    """Return the refresh token that the client keeps, empty where it keeps none."""
    return request.cookies.get(_name(REFRESH_COOKIE, secure=_secure(request, identity)), "")[:_LONGEST_COOKIE]


def refuse_other_sites(request: Request) -> None:
    """Raise `Forbidden` for what a browser sends on behalf of another site."""
    fetched_from = request.headers.get("sec-fetch-site")
    if fetched_from is not None:
        if fetched_from not in {"same-origin", "none"}:
            raise Forbidden("This request comes from another site.")
        return
    origin = request.headers.get("origin")
    if origin is not None and origin.partition("://")[2].lower() != request.headers.get("host", "").lower():
        raise Forbidden("This request comes from another site.")


def require_own_header(request: Request) -> None:
    """Raise `Forbidden` unless the client says that it means it: cookies alone are sent unasked."""
    refuse_other_sites(request)
    if OWN_HEADER not in request.headers:
        raise Forbidden("Send the header Realinsights-Client with the name of your client.")


def cookies_of(signed_in: SignedIn, *, request: Request, identity: Identity) -> tuple[Cookie, ...]:
    """Return the cookies that carry the session on, and let the device be known."""
    lasts = int(UNUSED_SESSION.total_seconds())
    secure = _secure(request, identity)
    cookies = [
        _cookie(REFRESH_COOKIE, signed_in.refresh_token.text(), lasts, request, identity),
        Cookie(key=ORGANIZATION_COOKIE, value=signed_in.user.org, path="/", max_age=lasts, secure=secure),
    ]
    if signed_in.device is not None:
        cookies.append(_cookie(DEVICE_COOKIE, signed_in.device, _DEVICE_KNOWN_SECONDS, request, identity))
    return tuple(cookies)


def forgotten_cookie(*, request: Request, identity: Identity) -> Cookie:
    """Return the cookie that makes the client forget its refresh token; the device stays known."""
    return _cookie(REFRESH_COOKIE, "", 0, request, identity)


def _cookie(name: str, value: str, seconds: int, request: Request, identity: Identity) -> Cookie:
    secure = _secure(request, identity)
    path = "/" if secure else COOKIE_PATH
    return Cookie(key=_name(name, secure=secure), value=value, path=path, max_age=seconds, secure=secure)


def _name(name: str, *, secure: bool) -> str:
    return f"{OVER_HTTPS}{name}" if secure else name


def _secure(request: Request, identity: Identity) -> bool:
    return identity.secure_cookies or request.secure
