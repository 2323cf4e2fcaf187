"""A document of its own inside a frame of our pages: a mail as its reader would see it.

It runs no script, loads nothing, and has no origin; its own styles are allowed.
"""

from starlette.responses import HTMLResponse

POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; form-action 'none'; frame-ancestors 'self'; "
    "sandbox allow-popups allow-popups-to-escape-sandbox"
)


def framed(html: str, status: int = 200) -> HTMLResponse:
    """The document to be shown in `<iframe sandbox="allow-popups …">`; links open apart from it."""
    apart = html.replace("<head>", '<head><base target="_blank">', 1)
    return HTMLResponse(apart, status, {"Content-Security-Policy": POLICY})
