import { type WebSocket, WebSocketServer } from 'ws';

// The provider in a process of its own: 5,000 prices a second over the symbols that are asked for, with times in whole seconds
// as the real one has them. At the end it reports every minute.

/** Of one symbol and minute, as `symbol openTime`. */
export interface SentMinute {
  open: number;
  high: number;
  low: number;
  close: number;
  ticks: number;
}

const perSecond = 5000;
const minutes = new Map<string, SentMinute>();
let symbols: string[] = [];
let sent = 0;
const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
server.on('listening', () => process.send?.({ port: (server.address() as { port: number }).port }));
server.on('connection', (socket) => socket.on('message', (data: Buffer) => answer(socket, data.toString())));
process.on('message', () => {
  clearInterval(timer);
  process.send?.({ minutes: [...minutes], sent }, () => process.exit(0));
});

let start = 0;
let client: WebSocket | undefined;
const timer = setInterval(() => {
  if (client === undefined) return;
  const due = Math.floor(((performance.now() - start) / 1000) * perSecond);
  while (sent < due) send(client, symbols[sent % symbols.length]!);
}, 2);

function answer(socket: WebSocket, text: string) {
  const { action, params } = JSON.parse(text) as { action: string; params?: { symbols?: string } };
  if (action !== 'subscribe' || params?.symbols === undefined) return;
  symbols = [...new Set([...symbols, ...params.symbols.split(',')])];
  const success = symbols.map((symbol) => ({ symbol, exchange: 'X', type: 'Digital Currency' }));
  socket.send(JSON.stringify({ event: 'subscribe-status', status: 'ok', success, fails: [] }));
  if (client === undefined) start = performance.now();
  client = socket;
}

function send(socket: WebSocket, symbol: string) {
  const timestamp = Math.floor(Date.now() / 1000);
  const price = 100 + Math.random();
  sent++;
  socket.send(JSON.stringify({ event: 'price', symbol, timestamp, price }));
  const key = `${symbol.replace('/', '')} ${Math.floor(timestamp / 60) * 60_000}`;
  const minute = minutes.get(key);
  if (minute === undefined)
    minutes.set(key, { open: price, high: price, low: price, close: price, ticks: 1 });
  else {
    minute.high = Math.max(minute.high, price);
    minute.low = Math.min(minute.low, price);
    minute.close = price;
    minute.ticks++;
  }
}
