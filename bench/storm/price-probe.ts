import { parentPort, workerData } from 'node:worker_threads';
import { WebSocket, WebSocketServer } from 'ws';

/**
 * A thread that is both ends of the price path: an upstream that sends a tick every two milliseconds and a client that gets it back
 * through the server under test. Answers each message on its port with the latencies since the last one, ms.
 */
const { serverPort } = workerData as { serverPort: number };
const upstream = new WebSocketServer({ port: 0, host: '127.0.0.1' });
let latencies: number[] = [];

upstream.on('listening', () =>
  parentPort!.postMessage({ port: (upstream.address() as { port: number }).port }),
);
upstream.on('connection', (socket) => {
  setInterval(() => socket.send(String(performance.now())), 2);
});
const client = new WebSocket(`ws://127.0.0.1:${serverPort}`);
client.on('message', (data: Buffer) => latencies.push(performance.now() - Number(data.toString())));
parentPort!.on('message', () => {
  parentPort!.postMessage({ latencies });
  latencies = [];
});
