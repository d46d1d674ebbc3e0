"""What every answer tells the browser it must not do."""

import re

HOST = re.compile(r"[A-Za-z0-9.-]{1,253}(:\d{1,5})?|\[[0-9A-Fa-f:.]{2,45}\](:\d{1,5})?")


LOOPBACK = re.compile(r"(localhost|127(\.\d{1,3}){3}|\[::1\])(:\d{1,5})?", re.IGNORECASE)


def security_headers(path: str, host: str | None, encrypted: bool = False) -> list[tuple[str, str]]:
    """The headers of an answer, in the order they are sent.

    Only `/docs` may style inline: Swagger UI does. Older browsers do not count a websocket to the
    page's own address as 'self', so it is named as the browser itself named it. Windows are kept
    apart only where browsers believe who we are, over TLS or on this machine: elsewhere they ignore
    the wish and complain of it.
    """
    own = f" ws://{host} wss://{host}" if host and HOST.fullmatch(host) else ""
    inline = " 'unsafe-inline'" if path == "/docs" else ""
    policy = (
        "default-src 'none'; script-src 'self'; "
        f"style-src 'self'{inline}; img-src 'self' data:; font-src 'self'; "
        f"connect-src 'self'{own}; base-uri 'none'; frame-ancestors 'none'; form-action 'none'"
    )
    believed = encrypted or (host is not None and LOOPBACK.fullmatch(host) is not None)
    return [
        ("Content-Security-Policy", policy),
        ("X-Content-Type-Options", "nosniff"),
        ("Referrer-Policy", "no-referrer"),
        *([("Cross-Origin-Opener-Policy", "same-origin")] if believed else []),
        ("Cross-Origin-Resource-Policy", "same-origin"),
        ("Permissions-Policy", "camera=(), geolocation=(), microphone=()"),
    ]
