import { describe, expect, it } from 'vitest';
import { timeframes } from '../../../schema/timeframe.ts';
import { SignalServerFrame, type SignalLogFrame } from '../../../schema/wire.ts';
import { decision, signal } from '../../http/harness.ts';
import { servedFeeds } from '../../support/served-feeds.ts';
import { connect } from '../../support/ws-client.ts';

const start = servedFeeds();

const change = (offset: number, symbol = 'BTCUSD', reasoning = 'why'): SignalLogFrame => ({
  type: 'signal_update',
  symbol,
  timeframe: '1h',
  signal: signal({ symbol, id: `id${offset}`, reasoning }),
  signal_changed: true,
  timestamp: offset,
  epoch: 'e1',
  offset,
});
/** A store that holds frames up to `head`, and answers a page after a moment. */
const stored = (head: number, symbol: (offset: number) => string = () => 'BTCUSD') => {
  const frames = Array.from({ length: head }, (_, i) => change(i + 1, symbol(i + 1)));
  return {
    head: { epoch: 'e1', offset: head },
    since: async (offset: number, limit: number) => {
      await new Promise((resolve) => setTimeout(resolve, 2));
      return frames.filter((frame) => frame.offset > offset).slice(0, limit);
    },
  };
};
const offsets = (frames: readonly { type: string; offset?: unknown; signal_changed?: unknown }[]) =>
  frames
    .filter((frame) => frame.type === 'signal_update' && frame.signal_changed)
    .map((frame) => frame.offset);

describe('the signal feed', () => {
  it('answers a subscription, gives the last signal of each timeframe, then each change', async () => {
    const { url, signals } = await start();
    signals.remember({
      symbol: 'BTCUSD',
      timeframe: '4h',
      signal: decision({ timeframe: '4h' }),
      timestamp: 5,
    });
    signals.publish(change(1));
    const client = await connect(`${url}/ws/signals`);
    client.send({ action: 'subscribe', symbol: 'BTCUSD' });
    await client.settled();
    signals.publish(change(2));
    await client.next('signal_update', 3);
    expect(client.frames[0]).toEqual({
      type: 'subscribed',
      symbol: 'BTCUSD',
      symbols: ['BTCUSD'],
      status: 'success',
      epoch: 'e1',
      offset: 1,
      recovered: false,
    });
    const told = client.frames.filter((frame) => frame.type === 'signal_update');
    expect(told.map((frame) => [frame.timeframe, frame.signal_changed])).toEqual([
      ['4h', false],
      ['1h', false],
      ['1h', true],
    ]);
    for (const frame of client.frames) expect(SignalServerFrame.parse(frame)).toEqual(frame);
  });

  it('sends an outcome, and a newcomer gets the signal with it', async () => {
    const { url, signals } = await start();
    const client = await connect(`${url}/ws/signals`);
    client.send({ action: 'subscribe', symbol: 'BTCUSD' });
    await client.settled();
    signals.publish(change(1));
    const outcome = {
      status: 'tp',
      resolved_at: 9,
      exit_price: 103,
      r: 1.5,
      mfe: 1.6,
      mae: 0.2,
      ambiguous_bar: false,
    } as const;
    signals.publish({
      type: 'signal_resolved',
      symbol: 'BTCUSD',
      timeframe: '1h',
      id: 'id1',
      outcome,
      timestamp: 9,
      epoch: 'e1',
      offset: 2,
    });
    expect(SignalServerFrame.parse(await client.next('signal_resolved'))).toMatchObject({
      id: 'id1',
      outcome,
    });
    const late = await connect(`${url}/ws/signals`);
    late.send({ action: 'subscribe', symbol: 'BTCUSD' });
    expect((await late.next('signal_update')).signal).toMatchObject({ id: 'id1', status: 'tp', outcome });
  });

  it('sends only the timeframe asked for', async () => {
    const { url, signals } = await start();
    const client = await connect(`${url}/ws/signals`);
    client.send({ action: 'subscribe', symbols: ['BTCUSD'], timeframe: '4h' });
    await client.settled();
    signals.publish(change(1));
    signals.publish({ ...change(2), timeframe: '4h' });
    await client.next('signal_update');
    await client.settled();
    expect(offsets(client.frames)).toEqual([2]);
  });

  it('keeps all other timeframes where one is left, and the symbol until none is', async () => {
    const { url, signals } = await start();
    const client = await connect(`${url}/ws/signals`);
    client.send({ action: 'subscribe', symbols: ['BTCUSD', 'ETHUSD'] });
    await client.settled();
    client.send({ action: 'unsubscribe', symbol: 'BTCUSD', timeframe: '1h' });
    await client.next('unsubscribed');
    const all = timeframes.flatMap((timeframe) => [
      ['BTCUSD', timeframe] as const,
      ['ETHUSD', timeframe] as const,
    ]);
    const publishAll = (from: number) => {
      for (const [i, [symbol, timeframe]] of all.entries())
        signals.publish({ ...change(from + i, symbol), timeframe });
    };
    publishAll(1);
    const left = all.filter(([symbol, timeframe]) => symbol !== 'BTCUSD' || timeframe !== '1h');
    await client.next('signal_update', left.length);
    await client.settled();
    const received = () =>
      client.frames
        .filter((frame) => frame.type === 'signal_update')
        .map(({ symbol, timeframe }) => [symbol, timeframe]);
    expect(received()).toEqual(left);
    expect(signals.sizes().symbols).toBe(2);
    for (const timeframe of timeframes) client.send({ action: 'unsubscribe', symbol: 'BTCUSD', timeframe });
    await client.next('unsubscribed', 1 + timeframes.length);
    expect(signals.sizes().symbols).toBe(1);
    publishAll(101);
    await client.next('signal_update', left.length + timeframes.length);
    await client.settled();
    expect(received().slice(left.length)).toEqual(all.filter(([symbol]) => symbol === 'ETHUSD'));
  });

  it('sends a changed decision without a new signal as a change', async () => {
    const { url, signals } = await start();
    const client = await connect(`${url}/ws/signals`);
    client.send({ action: 'subscribe', symbol: 'BTCUSD' });
    await client.settled();
    const wait = decision({ symbol: 'BTCUSD', timeframe: '1h' });
    signals.publish({ ...change(1), signal: wait } as SignalLogFrame);
    const frame = await client.next('signal_update');
    expect(frame).toMatchObject({
      signal_changed: true,
      offset: 1,
      signal: { signal_type: wait.signal_type },
    });
    expect(SignalServerFrame.parse(frame)).toEqual(frame);
  });

  it('replays what was missed, from memory and from the store, without a gap or a duplicate', async () => {
    const { url, signals } = await start({
      signals: { log: stored(350, (n) => (n % 2 ? 'BTCUSD' : 'XAUUSD')) },
    });
    for (let offset = 351; offset <= 400; offset++)
      signals.publish(change(offset, offset % 2 ? 'BTCUSD' : 'XAUUSD'));
    const client = await connect(`${url}/ws/signals`);
    client.send({ action: 'subscribe', symbol: 'BTCUSD', since: { epoch: 'e1', offset: 7 } });
    // Live frames while the replay runs.
    for (let offset = 401; offset <= 450; offset++) {
      signals.publish(change(offset, offset % 2 ? 'BTCUSD' : 'XAUUSD'));
      if (offset % 7 === 0) await new Promise((resolve) => setTimeout(resolve, 1));
    }
    await client.until((frames) => frames.at(-1)?.offset === 449);
    expect(await client.next('subscribed')).toMatchObject({ recovered: true, epoch: 'e1' });
    expect(offsets(client.frames)).toEqual(Array.from({ length: 221 }, (_, i) => 9 + 2 * i));
  });

  it.each([
    ['another epoch', { epoch: 'e0', offset: 1 }],
    ['an offset that is not reached', { epoch: 'e1', offset: 99 }],
  ])('says recovered:false for %s and sends the snapshot', async (_, since) => {
    const { url, signals } = await start();
    signals.publish(change(1));
    const client = await connect(`${url}/ws/signals`);
    client.send({ action: 'subscribe', symbol: 'BTCUSD', since });
    expect(await client.next('subscribed')).toMatchObject({ recovered: false });
    expect(await client.next('signal_update')).toMatchObject({ signal_changed: false });
  });

  it('sends recovered:false where the store has deleted the missed frames', async () => {
    const { url } = await start({ signals: { log: stored(1_500) } });
    const client = await connect(`${url}/ws/signals`);
    client.send({ action: 'subscribe', symbol: 'BTCUSD', since: { epoch: 'e1', offset: 499 } });
    expect(await client.next('subscribed')).toMatchObject({ recovered: false });
    client.send({ action: 'subscribe', symbol: 'BTCUSD', since: { epoch: 'e1', offset: 500 } });
    expect(await client.next('subscribed', 2)).toMatchObject({ recovered: true });
    await client.settled();
    expect(offsets(client.frames)).toHaveLength(1_000);
  });

  it('closes at a hole in the log, and does not promise to fill it again', async () => {
    const whole = stored(50);
    const since = async (offset: number, limit: number) =>
      (await whole.since(offset, limit)).filter((frame) => frame.offset > 20);
    const { url } = await start({ signals: { log: { ...whole, since }, onError: () => {} } });
    const ask = { action: 'subscribe', symbol: 'BTCUSD', since: { epoch: 'e1', offset: 10 } };
    const client = await connect(`${url}/ws/signals`);
    client.send(ask);
    expect((await client.closed).code).toBe(1013);
    const again = await connect(`${url}/ws/signals`);
    again.send(ask);
    expect(await again.next('subscribed')).toMatchObject({ recovered: false });
  });

  it('answers a ping only after the replay before it', async () => {
    const { url } = await start({ signals: { log: stored(300) } });
    const client = await connect(`${url}/ws/signals`);
    client.send({ action: 'subscribe', symbol: 'BTCUSD', since: { epoch: 'e1', offset: 0 } });
    client.send({ action: 'ping' });
    await client.next('pong');
    expect(client.frames.at(-1)?.type).toBe('pong');
    expect(offsets(client.frames)).toHaveLength(300);
  });

  it('closes with 1013 when the store cannot give the replay', async () => {
    const log = {
      head: { epoch: 'e1', offset: 10 },
      since: () => Promise.reject(new Error('database away')),
    };
    const { url } = await start({ signals: { log, onError: () => {} } });
    const client = await connect(`${url}/ws/signals`);
    client.send({ action: 'subscribe', symbol: 'BTCUSD', since: { epoch: 'e1', offset: 1 } });
    expect((await client.closed).code).toBe(1013);
  });

  it('drops no signal: over its backlog a client is closed with 1013 and resumes', async () => {
    const { url, signals } = await start();
    const slow = await connect(`${url}/ws/signals`);
    slow.send({ action: 'subscribe', symbol: 'BTCUSD' });
    await slow.settled();
    slow.socket.pause();
    let sent = 0;
    const long = 'x'.repeat(10_000);
    while (sent < 130) {
      signals.publish(change(++sent, 'BTCUSD', long));
      if (sent % 5 === 0) await new Promise(setImmediate);
    }
    slow.socket.resume();
    expect((await slow.closed).code).toBe(1013);
    const got = offsets(slow.frames) as number[];
    expect(got).toEqual(got.map((_, i) => i + 1));
    expect(got.length).toBeLessThan(130);
    const back = await connect(`${url}/ws/signals`);
    back.send({ action: 'subscribe', symbol: 'BTCUSD', since: { epoch: 'e1', offset: got.at(-1) } });
    await back.settled();
    expect([...got, ...offsets(back.frames)]).toEqual(Array.from({ length: 130 }, (_, i) => i + 1));
  });

  it('sends what it has sent before only where it has changed since, however often it is asked', async () => {
    const { url, signals } = await start();
    for (const [i, symbol] of ['BTCUSD', 'XAUUSD'].entries()) signals.publish(change(i + 1, symbol));
    const client = await connect(`${url}/ws/signals`);
    const snapshot = async (request: object = { symbols: ['BTCUSD', 'XAUUSD'] }) => {
      const before = client.frames.length;
      client.send({ action: 'subscribe', ...request });
      await client.settled();
      return client.frames
        .slice(before)
        .flatMap(({ type, symbol, timeframe }) =>
          type === 'signal_update' ? [symbol, timeframe].join(' ') : [],
        );
    };
    expect(await snapshot()).toEqual(['BTCUSD 1h', 'XAUUSD 1h']);
    for (let i = 0; i < 5; i++) expect(await snapshot()).toEqual([]);
    for (const symbol of ['BTCUSD', 'XAUUSD', 'BTCUSD']) expect(await snapshot({ symbol })).toEqual([]);
    // A WAIT after a WAIT is no change that is broadcast: who asks again gets it.
    signals.remember({
      symbol: 'XAUUSD',
      timeframe: '1h',
      signal: decision({ symbol: 'XAUUSD' }),
      timestamp: 9,
    });
    expect(await snapshot()).toEqual(['XAUUSD 1h']);
    expect(await snapshot()).toEqual([]);
    client.send({ action: 'unsubscribe', symbol: 'BTCUSD' });
    expect(await snapshot()).toEqual(['BTCUSD 1h']);
    client.send({ action: 'unsubscribe' });
    expect(await snapshot({ symbol: 'BTCUSD', timeframe: '4h' })).toEqual([]);
    expect(await snapshot({ symbol: 'BTCUSD' })).toEqual(['BTCUSD 1h']);
  });

  it('subscribes nothing more once a client has had its bytes, and again later', async () => {
    const limits = { answerBurstBytes: 30_000, answerBytesPerSecond: 10_000 };
    const { url, signals } = await start({ signals: { limits } });
    const names = Array.from({ length: 20 }, (_, i) => `S${i}`);
    for (const [i, symbol] of names.entries()) signals.publish(change(i + 1, symbol));
    const client = await connect(`${url}/ws/signals`);
    const updates = () => client.frames.filter(({ type }) => type === 'signal_update').length;
    let asked = 0;
    while (!client.frames.some(({ type }) => type === 'error')) {
      client.send({ action: 'unsubscribe' });
      client.send({ action: 'subscribe', symbols: names });
      await client.settled();
      expect(++asked).toBeLessThan(6);
    }
    expect(await client.next('error')).toMatchObject({
      code: 'rate_limited',
      message: expect.stringMatching(
        /^too many snapshots and replays: subscribe again in [1-9]\d* s$/,
      ) as string,
    });
    expect(updates()).toBe((asked - 1) * 20);
    await expect
      .poll(async () => {
        client.send({ action: 'subscribe', symbols: names });
        await client.settled();
        return updates();
      })
      .toBe(asked * 20);
  });

  it('sends a snapshot larger than a backlog may be, as fast as it is read, and what is published meanwhile after it', async () => {
    const { url, signals } = await start({ signals: { limits: { answerBurstBytes: 1e9 } } });
    const names = Array.from({ length: 200 }, (_, i) => `S${i}`);
    const long = 'x'.repeat(9_000);
    for (const [i, symbol] of names.entries()) signals.publish(change(i + 1, symbol, long));
    const client = await connect(`${url}/ws/signals`);
    client.send({ action: 'subscribe', symbols: names });
    await client.next('subscribed');
    for (let offset = 201; offset <= 210; offset++) signals.publish(change(offset, 'S7'));
    await client.until((frames) => frames.at(-1)?.offset === 210, 20_000);
    expect(client.frames.filter(({ signal_changed }) => signal_changed === false)).toHaveLength(200);
    expect(offsets(client.frames)).toEqual(Array.from({ length: 10 }, (_, i) => 201 + i));
    expect(client.socket.extensions).toBe('');
  });
});

describe('the signal feed with several assignments', () => {
  const assignments = new Map([
    ['regime', 'live'],
    ['other', 'live'],
    ['paper', 'paper'],
    ['dark', 'shadow'],
  ] as const);
  const of = (offset: number, assignment: 'regime' | 'other' | 'paper' | 'dark'): SignalLogFrame => {
    const owner = { strategy: 'regime', assignment, mode: assignments.get(assignment)!, version: 'v1' };
    const frame = change(offset);
    return { ...frame, ...owner, signal: { ...signal({ id: `id${offset}` }), ...owner } } as SignalLogFrame;
  };
  const heard = (frames: readonly { type: string; [key: string]: unknown }[]) =>
    frames
      .filter(({ type }) => type === 'signal_update')
      .map((frame) => `${String(frame['assignment'])} ${frame['signal_changed'] === true ? 'new' : 'last'}`);
  const subscribed = async (url: string, ...requests: object[]) => {
    const client = await connect(`${url}/ws/signals`);
    for (const request of requests) client.send({ action: 'subscribe', symbol: 'BTCUSD', ...request });
    await client.settled();
    return client;
  };

  it('tells whoever names none of the live ones alone, and of one on paper whoever names it', async () => {
    const { url, signals } = await start({ signals: { assignments } });
    for (const [i, one] of (['regime', 'other', 'paper', 'dark'] as const).entries())
      signals.publish(of(i + 1, one));
    const all = await subscribed(url, {});
    const paper = await subscribed(url, { assignment: 'paper' });
    const both = await subscribed(url, { assignment: 'paper' }, {}, { assignment: 'other', timeframe: '1h' });
    for (const [i, one] of (['regime', 'other', 'paper', 'dark'] as const).entries())
      signals.publish(of(i + 5, one));
    for (const client of [all, paper, both]) await client.settled();
    expect(heard(all.frames)).toEqual(['regime last', 'other last', 'regime new', 'other new']);
    expect(heard(paper.frames)).toEqual(['paper last', 'paper new']);
    // What was sent once is not sent again.
    expect(heard(both.frames)).toEqual([
      'paper last',
      'regime last',
      'other last',
      'regime new',
      'other new',
      'paper new',
    ]);
    for (const frame of [...all.frames, ...paper.frames])
      expect(SignalServerFrame.parse(frame)).toEqual(frame);
  });

  it('gives on resuming what a subscriber would have heard', async () => {
    const { url, signals } = await start({ signals: { assignments } });
    for (const [i, one] of (['regime', 'paper', 'dark', 'other'] as const).entries())
      signals.publish(of(i + 1, one));
    const since = { epoch: 'e1', offset: 0 };
    expect(offsets((await subscribed(url, { since })).frames)).toEqual([1, 4]);
    expect(offsets((await subscribed(url, { since, assignment: 'paper' })).frames)).toEqual([2]);
  });

  it('ends a subscription to one of them, and leaves the others', async () => {
    const { url, signals } = await start({ signals: { assignments } });
    const client = await subscribed(url, {}, { assignment: 'paper' });
    client.send({ action: 'unsubscribe', symbol: 'BTCUSD', assignment: 'paper' });
    await client.settled();
    signals.publish(of(1, 'paper'));
    signals.publish(of(2, 'regime'));
    await client.settled();
    expect(heard(client.frames)).toEqual(['regime new']);
  });

  it.each([
    ['dark', 'assignment_shadow'],
    ['nosuch', 'assignment_unknown'],
    ['live', 'assignment_unknown'],
  ])('refuses %s by name: %s', async (assignment, code) => {
    const { url, signals } = await start({ signals: { assignments } });
    const client = await subscribed(url, { assignment });
    signals.publish(of(1, 'dark'));
    await client.settled();
    expect(client.frames.map(({ type }) => type)).toEqual(['error', 'pong', 'pong']);
    expect(client.frames[0]).toMatchObject({ code, message: expect.stringContaining(`"${assignment}"`) });
  });
});
