import { afterEach, expect, it } from 'vitest';
import { parseWindow } from '../../../http/bodies/parse-window.ts';
import { createWindowParser, type WindowParserOptions } from '../../../http/bodies/window-parser.ts';
import { posted } from '../harness.ts';

let open: ReturnType<typeof createWindowParser> | undefined;
afterEach(() => open?.close());

const parser = (options?: WindowParserOptions) => (open = createWindowParser(options));
const bytesOf = (value: unknown) => Buffer.from(JSON.stringify(value));

it('gives from its thread what is parsed here, candles without a volume and of none too', async () => {
  const candles = [
    ...posted(300),
    ...[0, null, '', '7.25'].map((volume, i) => Object.assign(posted(304).at(300 + i)!, { volume })),
  ];
  for (const body of [
    { symbol: 'BTC/USD', candles },
    { symbol: 'eurusd', timeframe: '1h', candles },
  ]) {
    const parsed = await parser().analyze(bytesOf(body));
    expect(parsed).toEqual(parseWindow.analyze(bytesOf(body)));
    expect(parsed.candles.slice(300).map(({ volume }) => volume)).toEqual([0, undefined, undefined, 7.25]);
    expect(await open!.candleComplete(bytesOf(body))).toEqual(parsed);
  }
});

it('says what is wrong with a body in the words of the route', async () => {
  const { analyze, candleComplete } = parser();
  await expect(analyze(Buffer.from('{'))).rejects.toMatchObject({ status: 400, code: 'bad_json' });
  const bad = bytesOf({ symbol: 'X', candles: posted(300).map((bar) => Object.assign(bar, { open: -1 })) });
  const problem = { status: 400, code: 'bad_request', message: 'candles[0].open: must be above 0' };
  await expect(analyze(bad)).rejects.toMatchObject(problem);
  const few = bytesOf({ symbol: '?', candles: posted(17) });
  await expect(analyze(few)).rejects.toMatchObject({ status: 400, code: 'insufficient_data' });
  expect(await candleComplete(few)).toEqual({ received: 17 });
});

it('lets the event loop turn while it reads a large body', async () => {
  const { analyze } = parser();
  const large = Buffer.from(`{"symbol":"X","candles":[${'NaN,'.repeat(140_000)}1]}`);
  // Its thread has begun.
  await analyze(bytesOf({ symbol: 'X', candles: posted(250) }));
  const begun = process.threadCpuUsage();
  await expect(analyze(large)).rejects.toMatchObject({ message: 'candles[0]: must be a finite number' });
  const { user, system } = process.threadCpuUsage(begun);
  const here = process.threadCpuUsage();
  expect(() => parseWindow.analyze(large)).toThrow('must be a finite number');
  const whole = process.threadCpuUsage(here);
  expect(user + system).toBeLessThan((whole.user + whole.system) / 2);
});

it('answers 503 for a thread that hangs or dies, and reads the next body in another', async () => {
  const worker = new URL('./bad-thread.ts', import.meta.url);
  const { analyze, candleComplete } = parser({ worker, timeoutMs: 500 });
  const busy = { status: 503, code: 'overloaded', headers: { 'Retry-After': '2' } };
  await expect(analyze(Buffer.from('hang'))).rejects.toMatchObject(busy);
  await expect(analyze(Buffer.from('die'))).rejects.toMatchObject(busy);
  // A start takes as long as the machine lets it: more than the limit of the hanging one, maybe.
  await expect.poll(() => candleComplete(Buffer.from('3')).catch(() => null)).toEqual({ received: 3 });
});
