"""Program for test_wheel: serves from an installed Aufruf and prints what came back, as JSON.

Arguments: the folder the wheel was installed into, the folder with everything Aufruf needs. Run
with -S, so that the checkout's editable install stays out of the way.
"""

import json
import re
import sys

installed, needs = sys.argv[1:3]
sys.path[:0] = [installed]
sys.path.append(needs)

from starlette.testclient import TestClient  # noqa: E402

from aufruf.app import main  # noqa: E402
from aufruf.core.settings import Settings  # noqa: E402

LINKED = re.compile(r'(?:href|src)="(/static/[^"]+)"')

with TestClient(main.create_app(Settings()), base_url="http://localhost:8000") as client:
    page = client.get("/login", headers={"accept": "text/html"})
    linked = sorted(set(LINKED.findall(page.text)))
    answers = {path: client.get(path).status_code for path in linked}

print(json.dumps({"from": main.__file__, "page": page.status_code, "linked": answers}))
