import { strategyText } from '../../workers/strategies/strategy-folder.ts';

const buy = `return { action: 'BUY', reason: 'R.' };`;
/** The message of whatever a use of something throws, as the reason of a WAIT. */
const trying = (...uses: string[]): string =>
  `const said = [];
   for (const use of [${uses.map((use) => `() => ${use}`).join(', ')}])
     try { use(); said.push('no error'); } catch (error) { said.push(error.message); }
   return { action: 'WAIT', reason: said.join(' | ').slice(0, 500) };`;

/** What each of the twelve does, and what is said of it: a fault, a refusal to load, or what its attempts threw. */
export const hostileStrategies: readonly {
  readonly what: string;
  readonly text: string;
  readonly fault?: readonly [kind: string, message: RegExp];
  readonly refused?: RegExp;
  readonly threw?: RegExp;
}[] = [
  { what: 'an endless loop', text: strategyText('for (;;) {}'), fault: ['late', /longer than/] },
  { what: 'a throw', text: strategyText(`throw new Error('mine');`), fault: ['threw', /^mine$/] },
  {
    what: 'a rejected promise',
    text: strategyText(`return Promise.reject(new Error('later')) as never;`),
    fault: ['wrong', /promise/],
  },
  {
    what: 'a gigabyte in one array',
    text: strategyText(
      `const a = new Array(134_217_720).fill(1.5); return { action: 'BUY', reason: 'R.', score: a.length };`,
    ),
    fault: ['memory', /more than \d+ MB/],
  },
  {
    what: 'a stop that is no number',
    text: strategyText(`return { action: 'BUY', stop: NaN, reason: 'R.' };`),
    fault: ['wrong', /stop/],
  },
  {
    what: 'a stop on the wrong side',
    text: strategyText(`return { action: 'BUY', stop: own.close.at(-1)! * 1.1, reason: 'R.' };`),
    fault: ['wrong', /wrong side of a BUY/],
  },
  {
    what: 'the file system',
    text: strategyText(buy, `import { readFileSync } from 'node:fs'; void readFileSync;`),
    refused: /imports 'node:fs'/,
  },
  {
    what: 'the network',
    text: strategyText(trying(`fetch('http://127.0.0.1:1')`, `new WebSocket('ws://127.0.0.1:1')`)),
    threw: /^fetch is not available in a strategy \| WebSocket is not available in a strategy$/,
  },
  {
    what: 'the clock',
    text: strategyText(
      trying(
        'Date.now()',
        'new Date()',
        'performance.now()',
        'setTimeout(() => {}, 0)',
        'new Date(0).getHours()',
        '(new Date(0).constructor as any).now()',
        'Intl.DateTimeFormat()',
      ),
    ),
    threw:
      /^there is no clock.* \| a Date .* \| performance is not .* \| setTimeout is not .* \| Date's getHours .* \| there is no clock.* \| Intl is not/,
  },
  {
    what: 'chance',
    text: strategyText(trying('Math.random()', 'crypto.randomUUID()')),
    threw: /^Math\.random is not available.* \| crypto is not available/,
  },
  {
    what: 'a change of a prototype',
    text: strategyText(
      trying(
        `{ (Array.prototype as any).at = () => 1; }`,
        `{ (Object.prototype as any).x = 1; }`,
        `{ (Math as any).max = () => 1; }`,
        `{ (globalThis as any).mine = 1; }`,
        `{ (tools as any).atr = 1; }`,
      ),
    ),
    threw: /^Cannot assign .* \| Cannot add .* \| .*(?:assign|redefine).* \| Cannot add .* \| .+/,
  },
  {
    what: 'the process',
    text: strategyText(
      trying(
        'process.exit(0)',
        `Function('return process')()`,
        'process.getBuiltinModule("fs")',
        'new SharedArrayBuffer(8)',
        'new WeakRef({})',
      ),
    ),
    threw: /^(?:process is not available[^|]* \| ){3}SharedArrayBuffer is not .* \| WeakRef is not/,
  },
];
