"""A client of an application in this process: no socket, no thread, one request at a time."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

import httpx

__all__ = ["Client"]


class Client:
    """Speaks to an ASGI application as somebody at an address.

    Args:
        address: where its requests come from.
    """

    def __init__(self, app: Any, address: str = "127.0.0.1") -> None:  # any ASGI application
        self._app = app
        self._address = address

    def get(self, path: str, *, headers: Mapping[str, str] | None = None) -> httpx.Response:
        """Ask for something."""
        return self._send("GET", path, headers=headers)

    def post(
        self,
        path: str,
        *,
        headers: Mapping[str, str] | None = None,
        content: Any = None,  # what httpx takes
        json: object = None,
    ) -> httpx.Response:
        """Send something."""
        return self._send("POST", path, headers=headers, content=content, json=json)

    def websocket(self, path: str) -> list[str]:
        """Ask for a conversation, and return the kinds of what the application does about it."""
        sent: list[str] = []

        async def receive() -> dict[str, str]:
            return {"type": "websocket.connect"}

        async def send(message: Mapping[str, Any]) -> None:
            sent.append(message["type"])

        scope = {"type": "websocket", "path": path, "client": (self._address, 1), "headers": []}
        asyncio.run(self._app(scope, receive, send))
        return sent

    def _send(self, method: str, path: str, **more: Any) -> httpx.Response:
        async def send() -> httpx.Response:
            transport = httpx.ASGITransport(
                self._app, raise_app_exceptions=False, client=(self._address, 1)
            )
            async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as open_:
                return await open_.request(method, path, **more)

        return asyncio.run(send())
