"""Follows prices and signals of a running server: python3 examples/client.py [ws://host:port] [symbol ...]

Needs the package `websockets` (Debian: python3-websockets). Comes back after a disconnect and resumes the signals where
it was, so that each change is seen once. Stops with Ctrl-C.
"""

import asyncio
import json
import random
import sys

import websockets


async def follow(url, request, on_frame):
    """One socket for ever: subscribes, hands over frames, reconnects with a growing, random pause."""
    pause = 0.5
    while True:
        try:
            async with websockets.connect(url, max_size=2**22) as socket:
                await socket.send(json.dumps(request()))
                async for text in socket:
                    pause = 0.5
                    on_frame(json.loads(text))
        except (OSError, websockets.WebSocketException) as error:
            print(f"{url}: {error}", file=sys.stderr)
        await asyncio.sleep(random.uniform(0, pause))
        pause = min(2 * pause, 30)


async def main(server, symbols):
    since = None  # Where the signals stand: keep it in a file to resume after a restart of this program.

    def price(frame):
        if frame["type"] == "price_update":
            print(frame["symbol"], frame["price"], flush=True)

    def signal(frame):
        nonlocal since
        # A fresh subscription starts where the log is; after that each change moves on.
        starts = frame["type"] == "subscribed" and not frame["recovered"]
        if starts or frame["type"] == "signal_resolved" or frame.get("signal_changed"):
            since = {"epoch": frame["epoch"], "offset": frame["offset"]}
        if frame["type"] == "signal_update":
            changed = "changed to" if frame["signal_changed"] else "stands at"
            body = frame["signal"]
            print(frame["symbol"], frame["timeframe"], changed, body["signal_type"], body["reasoning"], flush=True)
        elif frame["type"] == "signal_resolved":
            outcome = frame["outcome"]
            print(frame["symbol"], "signal", frame["id"], "ended as", outcome["status"], outcome["r"], "R", flush=True)
        elif frame["type"] == "error":
            print("refused:", frame["message"], file=sys.stderr)

    def subscribe_signals():
        request = {"action": "subscribe", "symbols": symbols}
        return request if since is None else {**request, "since": since}

    await asyncio.gather(
        follow(server + "/ws", lambda: {"action": "subscribe", "symbols": symbols}, price),
        follow(server + "/ws/signals", subscribe_signals, signal),
    )


if __name__ == "__main__":
    server = sys.argv[1] if len(sys.argv) > 1 else "ws://127.0.0.1:8080"
    try:
        asyncio.run(main(server, sys.argv[2:] or ["BTCUSD", "XAUUSD", "EURUSD"]))
    except KeyboardInterrupt:
        pass
