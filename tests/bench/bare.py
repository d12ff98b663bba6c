"""The reference of the first figure: the least that Flask can do with a webhook."""

from __future__ import annotations

from flask import Flask, Response

app = Flask("bare")


@app.post("/webhooks/<vendor>/<installation>")
def nothing(vendor: str, installation: str) -> Response:
    return Response(status=204)
