import { gzipSync } from 'node:zlib';
import type { Socket } from 'node:net';

/** How a fuzzed answer may be taken: a platform's acceptance, surely none, or either. */
type Label = 'genuine' | 'garbage' | 'any';

export interface FuzzedAnswer {
  readonly label: Label;
  /** For the message of a failure. */
  readonly what: string;
  readonly send: (socket: Socket) => void;
}

type Random = () => number;

/** The answer of a platform that was drawn with `random`: bytes that may be HTTP, sent in one of many ways. */
export function fuzzedAnswer(random: Random): FuzzedAnswer {
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)]!;
  const dice = random();
  if (dice < 0.1) {
    const text = genuine(random);
    return { label: 'genuine', what: text, send: whole(http(pick([200, 201, 202]), [], text)) };
  }
  if (dice < 0.4) {
    const body = garbage(random);
    const status = pick([200, 200, 200, 201, 202, 204, 206, 299]);
    const head = pick<string[]>([
      [],
      ['Content-Type: text/html'],
      ['Content-Encoding: gzip'],
      ['X-A: \u00ff'],
    ]);
    const bytes = http(status, head, status === 204 ? '' : body);
    // Newer platforms accept without a word.
    const label = body === '' && (status === 201 || status === 202) ? 'any' : 'garbage';
    return { label, what: `${status} ${inspect(body)}`, send: pick([whole, pieces])(bytes) };
  }
  if (dice < 0.8) {
    const status = Math.floor(random() * 900) + 100;
    const body = mutated(random, pick([genuine(random), '{"detail":"no"}', '<html><title>x</title></html>']));
    const head = Array.from({ length: Math.floor(random() * 4) }, () => header(random));
    const bytes = http(status, head, body);
    const cut = random() < 0.2 ? bytes.subarray(0, Math.floor(random() * bytes.length)) : bytes;
    return {
      label: 'any',
      what: `${status} ${inspect(body)}`,
      send: pick([whole, whole, pieces, reset])(cut),
    };
  }
  const [what, label, send] = pick(transports(random));
  return { label, what, send };
}

const inspect = (body: string | Buffer) => JSON.stringify(body.toString('latin1').slice(0, 200));

const genuine = (random: Random): string =>
  JSON.stringify({
    message: 'Signal stored',
    signal_id:
      random() < 0.5 ? `s-${Math.floor(random() * 1e9).toString(36)}` : Math.floor(random() * 1e6) + 1,
    status: 'stored',
    symbol: 'BTCUSD',
    action: 'BUY',
  });

/** Bodies of a 2xx in which no platform says yes. */
function garbage(random: Random): string | Buffer {
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)]!;
  const bad = [
    '""',
    '[]',
    '{}',
    'true',
    'null',
    '-1',
    '0',
    '1.5',
    '1e999',
    '"a\\u0000b"',
    '"\\ud800"',
    '"\\udfff\\ud800"',
    '"a b"',
    `"${'x'.repeat(300)}"`,
    '[1]',
    '{"a":1}',
    '"\\u001b[31m"',
    '"\\n"',
  ];
  return pick<() => string | Buffer>([
    () => `{"signal_id":${pick(bad)}}`,
    () => `{"signal_id":${pick(bad.filter((one) => one !== 'null'))},"status":"stored"}`,
    () => `{"status":${pick(bad)},"message":${pick(bad)}}`,
    () => genuine(random).slice(0, -1 - Math.floor(random() * 60)),
    () => `{"signal_id":NaN,"status":"stored"}`,
    () => `<html><head><title>Sign in</title></head><body>${genuine(random)}</body></html>`,
    () => gzipSync(genuine(random)),
    () =>
      Buffer.from(
        Array.from({ length: 1 + Math.floor(random() * 200) }, () => 128 + Math.floor(random() * 128)),
      ),
    () => '['.repeat(Math.floor(random() * 60_000)),
    () => `{"a":${'{"b":'.repeat(5_000)}1${'}'.repeat(5_001)}`,
    () => 'x'.repeat(Math.floor(random() * 100_000)),
    () =>
      pick([
        '',
        ' ',
        '\0',
        'OK',
        'null',
        'true',
        '"stored"',
        '[]',
        '{}',
        'undefined',
        '\ufeff',
        '{"ok":false}',
        '{"error":"x"}',
      ]),
    () => `{"success":false,"signal_id":"x"}`,
  ])();
}

const header = (random: Random): string => {
  const value = [
    '0',
    '-1',
    '1e9',
    '9'.repeat(400),
    'Sat, 99 Foo 2026',
    '\u0001',
    '/',
    'x'.repeat(20_000),
    '',
  ];
  const name = [
    'Retry-After',
    'Content-Length',
    'Transfer-Encoding',
    'Location',
    'Date',
    'Set-Cookie',
    'Content-Type',
    'Connection',
  ];
  return `${name[Math.floor(random() * name.length)]!}: ${value[Math.floor(random() * value.length)]!}`;
};

/** Some bytes changed, left out or repeated. */
function mutated(random: Random, text: string): Buffer {
  let bytes = Buffer.from(text);
  for (let n = 1 + Math.floor(random() * 5); n > 0; n--) {
    const at = Math.floor(random() * bytes.length);
    const to = at + Math.floor(random() * 8);
    const kind = random();
    if (kind < 0.5 && bytes.length > 0) bytes[at] = Math.floor(random() * 256);
    else if (kind < 0.75) bytes = Buffer.concat([bytes.subarray(0, at), bytes.subarray(to)]);
    else bytes = Buffer.concat([bytes.subarray(0, to), bytes.subarray(at)]);
  }
  return bytes;
}

function http(status: number, head: readonly string[], body: string | Buffer): Buffer {
  const bytes = Buffer.from(body as string);
  const length = head.some((line) => /^(?:content-length|transfer-encoding)/i.test(line))
    ? []
    : [`Content-Length: ${bytes.length}`];
  const noBody = status === 204 || status === 304 || status < 200;
  const lines = [`HTTP/1.1 ${status} Fuzz`, ...(noBody ? [] : length), ...head, '', ''];
  return Buffer.concat([Buffer.from(lines.join('\r\n'), 'latin1'), noBody ? Buffer.alloc(0) : bytes]);
}

const whole = (bytes: Buffer) => (socket: Socket) => void socket.end(bytes);
const pieces = (bytes: Buffer) => (socket: Socket) => {
  const middle = Math.floor(bytes.length / 2);
  socket.write(bytes.subarray(0, middle), () => socket.end(bytes.subarray(middle)));
};
const reset = (bytes: Buffer) => (socket: Socket) =>
  void socket.write(bytes.subarray(0, -1), () => socket.resetAndDestroy());
const often = (piece: string, everyMs: number) => (socket: Socket) => {
  const more = setInterval(() => socket.write(piece), everyMs);
  socket.on('close', () => clearInterval(more));
};

/** Ways of answering that are no answer. */
function transports(random: Random): readonly (readonly [string, Label, (socket: Socket) => void])[] {
  const rubbish = Buffer.from(Array.from({ length: 100 }, () => Math.floor(random() * 256)));
  const chunked = 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n';
  return [
    ['closed at once', 'garbage', (socket) => socket.end()],
    ['reset', 'garbage', (socket) => socket.resetAndDestroy()],
    ['silence', 'garbage', () => {}],
    ['no HTTP', 'garbage', whole(rubbish)],
    ['headers without end', 'garbage', often(`X-${'y'.repeat(500)}: z\r\n`, 5)],
    ['a long header', 'garbage', whole(http(200, [`X: ${'x'.repeat(3e5)}`], '{}'))],
    ['1xx without end', 'garbage', often('HTTP/1.1 103 Early Hints\r\n\r\n'.repeat(20), 1)],
    [
      '1xx and an answer',
      'genuine',
      whole(Buffer.concat([http(103, [], ''), http(200, [], genuine(random))])),
    ],
    ['chunks without end', 'garbage', often(`${chunked}1\r\n \r\n`, 5)],
    ['chunks in order', 'genuine', whole(Buffer.from(`${chunked}${chunks(genuine(random))}`))],
    ['a chunk too large', 'garbage', whole(Buffer.from(`${chunked}fffffffffffffffff\r\nx`))],
    ['a chunk cut off', 'garbage', whole(Buffer.from(`${chunked}${chunks(genuine(random)).slice(0, -7)}`))],
    [
      'another protocol',
      'garbage',
      whole(Buffer.from('HTTP/1.1 101 X\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n')),
    ],
    [
      'shorter than said',
      'garbage',
      whole(Buffer.from(`HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n${genuine(random)}`)),
    ],
    ['a redirect', 'garbage', whole(http(307, ['Location: /api/signals/external'], ''))],
  ];
}

const chunks = (text: string): string => `${text.length.toString(16)}\r\n${text}\r\n0\r\n\r\n`;
