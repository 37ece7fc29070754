/**
 * Follows prices and signals of a running server: `node examples/client.ts [url] [symbol …]`.
 * Stops with Ctrl-C.
 */
import { createClient } from '../client/create-client.ts';

const [url = 'http://127.0.0.1:8080', ...symbols] = process.argv.slice(2);
const wanted = symbols.length > 0 ? symbols : ['BTCUSD', 'XAUUSD', 'EURUSD'];

const client = createClient({
  url,
  onState: (channel, state) => console.log(`${channel}: ${state}`),
  onFeed: (frame) => console.log(`feed: ${frame.state}`),
  onError: (frame) => console.log(`refused: ${frame.message}`),
});
process.once('SIGINT', () => client.close());

client.prices({ symbols: wanted, timeframes: ['1min'] }, (frame) => {
  if (frame.type === 'price_update') console.log(frame.symbol, frame.price);
  else if (frame.closed) console.log(frame.symbol, frame.timeframe, 'closed at', frame.candle.close);
});

for await (const frame of client.signals({ symbols: wanted })) {
  if (frame.type === 'signal_resolved')
    console.log(frame.symbol, frame.id, frame.outcome.status, frame.outcome.r);
  else console.log(frame.symbol, frame.timeframe, frame.signal.signal_type, frame.signal.reasoning);
}
