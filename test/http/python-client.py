"""An independent client of both sockets: python3-websockets, which shares no code with the server."""

import asyncio
import json
import sys

import websockets


async def prices(url):
    async with websockets.connect(url + "/ws") as socket:
        await socket.send(json.dumps({"action": "subscribe", "symbols": ["BTCUSD", "XAU/USD"]}))
        subscribed = json.loads(await socket.recv())
        assert subscribed == {"type": "subscribed", "symbols": ["BTCUSD", "XAUUSD"], "status": "success"}, subscribed
        seen = set()
        while seen != {"BTCUSD", "XAUUSD"}:
            frame = json.loads(await socket.recv())
            if frame["type"] == "price_update":
                assert frame["price"] > 0 and isinstance(frame["timestamp"], (int, float)), frame
                seen.add(frame["symbol"])
        await socket.send("{nonsense")
        while (frame := json.loads(await socket.recv()))["type"] != "error":
            pass
        assert frame["code"] == "bad_json", frame
        await socket.send(json.dumps({"action": "ping"}))
        while json.loads(await socket.recv())["type"] != "pong":
            pass
        await (await socket.ping())


async def signals(url):
    async with websockets.connect(url + "/ws/signals") as socket:
        await socket.send(json.dumps({"action": "subscribe", "symbol": "BTCUSD"}))
        subscribed = json.loads(await socket.recv())
        assert subscribed["type"] == "subscribed" and subscribed["recovered"] is False, subscribed
        while not (frame := json.loads(await socket.recv())).get("signal_changed"):
            pass
        since = {"epoch": frame["epoch"], "offset": frame["offset"]}
    await asyncio.sleep(0.2)
    async with websockets.connect(url + "/ws/signals") as socket:
        await socket.send(json.dumps({"action": "subscribe", "symbol": "BTCUSD", "since": since}))
        subscribed = json.loads(await socket.recv())
        assert subscribed["recovered"] is True, subscribed
        offsets = []
        while len(offsets) < 3:
            frame = json.loads(await socket.recv())
            if frame["type"] == "signal_update" and frame["signal_changed"]:
                offsets.append(frame["offset"])
        assert offsets == [since["offset"] + n for n in (1, 2, 3)], (since, offsets)


async def main(url):
    await asyncio.wait_for(asyncio.gather(prices(url), signals(url)), 10)
    print("ok")


asyncio.run(main(sys.argv[1]))
