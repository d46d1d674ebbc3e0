"""The built page, read into memory once: no request ever reaches the file system."""

import gzip
import hashlib
import mimetypes
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

BUILT = Path(__file__).parent / "page"

NOT_BUILT = b"""<!doctype html>
<html lang="en">
<title>Race tracker: page not built</title>
<link rel="icon" href="data:,">
<h1>The page has not been built</h1>
<p>The tracker is running; its page is not there yet. In the project's folder, run</p>
<pre>pip install -e .</pre>
<p>and start the tracker again. Meanwhile there is <a href="/docs">the API</a>, and
<code>tracker watch</code> shows the board in a terminal.</p>
</html>
"""

DOCS = b"""<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>Race tracker: API</title>
<link rel="stylesheet" href="/docs/swagger-ui.css">
<div id="swagger-ui"></div>
<script src="/docs/swagger-ui-bundle.js"></script>
<script src="/docs/start.js"></script>
</html>
"""

DOCS_NOT_BUILT = b"""<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>Race tracker: API</title>
<link rel="icon" href="data:,">
<h1>The API</h1>
<p>It is described in <a href="/openapi.json">/openapi.json</a>. To read that comfortably here,
run <code>pip install -e .</code> in the project's folder and start the tracker again.</p>
</html>
"""

DOCS_START = b"""SwaggerUIBundle({
  url: "/openapi.json",
  dom_id: "#swagger-ui",
  deepLinking: true,
  supportedSubmitMethods: ["get", "head"],
  validatorUrl: null,
});
"""

# What Python knows of file types depends on the machine; browsers insist on these.
TYPES = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".ico": "image/x-icon",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
    ".webmanifest": "application/manifest+json",
    ".woff2": "font/woff2",
}
WORTH = 0.9
"""Compressed files are kept only where they are smaller than that share of what they hold."""
BROTLI = ".br"
"""Ending of what the build compressed beside a file."""
FOREVER = "public, max-age=31536000, immutable"
ASK = "no-cache"


@dataclass(frozen=True, slots=True)
class Asset:
    """A file as it is served."""

    body: bytes
    media_type: str
    cache: str
    etag: str
    """Of the file as it is; compressed it is another representation, with another tag."""
    packed: bytes | None = None
    """Gzipped, where that makes it smaller."""
    brotli: bytes | None = None
    """In brotli, where the build left it so: a tenth smaller than gzip. Browsers ask for it on
    this machine and over https; on a local network they get gzip."""

    @classmethod
    def of(cls, body: bytes, media_type: str, cache: str = ASK) -> "Asset":
        """A file with the tag that its content gives it."""
        return cls(body, media_type, cache, f'"{hashlib.sha256(body).hexdigest()[:24]}"')

    @classmethod
    def kept(cls, body: bytes, media_type: str, cache: str = ASK) -> "Asset":
        """A file that is served many times, and so compressed once."""
        plain = cls.of(body, media_type, cache)
        packed = gzip.compress(body, 9, mtime=0)
        return replace(plain, packed=packed if len(packed) < WORTH * len(body) else None)


class Page:
    """Every file that is served, by the path it is served at."""

    def __init__(self, folder: Path = BUILT) -> None:
        self._assets = files(folder)
        html = TYPES[".html"]
        self.built = "/index.html" in self._assets
        self.index = self._assets.pop("/index.html", Asset.of(NOT_BUILT, html))
        docs_built = "/docs/swagger-ui-bundle.js" in self._assets
        docs = with_icon(DOCS, self._assets) if docs_built else DOCS_NOT_BUILT
        self._assets["/docs"] = Asset.of(docs, html)
        self._assets["/docs/start.js"] = Asset.of(DOCS_START, TYPES[".js"])

    def get(self, path: str) -> Asset | None:
        """The file at exactly this path."""
        return self._assets.get(path)


def with_icon(html: bytes, assets: Iterable[str]) -> bytes:
    """A document that names the page's icon, which Vite has named after its content."""
    for path in assets:
        if path.startswith("/assets/icon-") and path.endswith(".svg"):
            link = f'<link rel="icon" href="{path}" type="image/svg+xml">\n'.encode()
            return html.replace(b"<link", link + b"<link", 1)
    return html


def files(folder: Path) -> dict[str, Asset]:
    """The files under a folder; links are left out, wherever they lead."""
    found = {}
    for file in sorted(folder.rglob("*")):
        if file.is_file() and not file.is_symlink() and file.suffix != BROTLI:
            path = "/" + file.relative_to(folder).as_posix()
            kind = TYPES.get(file.suffix) or mimetypes.guess_type(file.name)[0]
            # Vite names the files in assets/ after their content.
            cache = FOREVER if path.startswith("/assets/") else ASK
            asset = Asset.kept(file.read_bytes(), kind or "application/octet-stream", cache)
            smaller = file.with_name(file.name + BROTLI)
            if smaller.is_file() and not smaller.is_symlink():
                asset = replace(asset, brotli=smaller.read_bytes())
            found[path] = asset
    return found
