import { spawnSync } from 'node:child_process';
import { existsSync, globSync } from 'node:fs';

const usage = `Usage: npm run test:dates -- [--quick] [DATE…] [-- FILE…]

Runs the tests that start servers on other dates, one after the other; every program they start takes the date over
(Debian's package faketime). Without DATE: on all of them. --quick: a few files that touch every part.
DATE is one of the names below.
`;

/** An instant where something about time is special, and the machine's time zone there. */
interface SpecialDate {
  readonly at: string;
  readonly zone: string;
  readonly why: string;
}

const dates: Readonly<Record<string, SpecialDate>> = {
  saturday: { at: '2026-11-28T05:00:00Z', zone: 'UTC', why: 'forex, metals and stocks are closed' },
  sunday: { at: '2026-11-29T01:00:00Z', zone: 'UTC', why: 'a new week in UTC, and not yet in New York' },
  'friday-close': { at: '2026-11-27T21:59:00Z', zone: 'America/New_York', why: 'forex closes at 17:00' },
  christmas: { at: '2026-12-25T12:00:00Z', zone: 'Europe/London', why: 'a holiday of nearly every market' },
  spring: { at: '2027-03-14T06:59:00Z', zone: 'America/New_York', why: 'an hour of local time is left out' },
  autumn: { at: '2026-11-01T05:59:00Z', zone: 'America/New_York', why: 'an hour of local time comes twice' },
  'leap-day': { at: '2028-02-29T23:58:00Z', zone: 'UTC', why: '29 February, and the day after it' },
  'year-end': { at: '2026-12-31T23:59:30Z', zone: 'UTC', why: 'day, month and year change at once' },
  kolkata: {
    at: '2026-11-26T12:00:00Z',
    zone: 'Asia/Kolkata',
    why: 'local days and hours begin half an hour off',
  },
};

/**
 * Left out: a browser, whose sandbox and timers do not take another date; what is killed at random moments, which asks nothing of
 * a date and takes minutes; what sets the clock itself. PostgreSQL and Redis keep the machine's own time in all: nothing here asks them for it.
 */
const leftOut =
  /clock-steps\.test|-crash\.test\.ts$|kill\.test\.ts$|\/e2e\/|browser\.test|python-client|examples\.test/;
const all = [
  'test/system',
  'test/cli',
  'test/sinks',
  'test/store',
  'test/simulator',
  'test/streams',
  'test/http',
];
const quick = [
  'test/system/faults/broken-symbol.test.ts',
  'test/system/signal-life.test.ts',
  'test/system/symbols-on-demand.test.ts',
  'test/cli/doctor.test.ts',
];

/** Debian's names it by architecture. */
const library = globSync('/usr/lib/*/faketime/libfaketimeMT.so.1')[0];

const [options, chosen = []] = split(process.argv.slice(2), '--');
if (options.includes('--help') || options.includes('-h')) {
  process.stdout.write(usage + list());
  process.exit(0);
}
const names = options.filter((word) => word !== '--quick');
const unknown = names.find((name) => !(name in dates));
if (unknown !== undefined) fail(64, `no date is called ${unknown}\n${usage}${list()}`);
if (library === undefined || !existsSync(library)) fail(69, 'faketime is needed: apt-get install faketime\n');

const files = globSync(
  chosen.length > 0
    ? chosen
    : options.includes('--quick')
      ? quick
      : all.map((folder) => `${folder}/**/*.test.ts`),
)
  .filter((file) => chosen.length > 0 || !leftOut.test(file))
  .toSorted();
const failed: string[] = [];
for (const name of names.length > 0 ? names : Object.keys(dates)) {
  const { at, zone, why } = dates[name]!;
  console.log(`\n${name}: ${at}, TZ=${zone}: ${why}`);
  // An offset, not a date: every program that is started later goes on from where the others are.
  const offset = Math.round((Date.parse(at) - Date.now()) / 1000);
  const { status } = spawnSync('npx', ['vitest', 'run', ...files], {
    stdio: 'inherit',
    env: {
      ...process.env,
      TZ: zone,
      LD_PRELOAD: library,
      FAKETIME: `${offset < 0 ? '' : '+'}${offset}`,
      // Durations stay the machine's.
      FAKETIME_DONT_FAKE_MONOTONIC: '1',
      FAKETIME_DONT_RESET: '1',
    },
  });
  if (status !== 0) failed.push(name);
}
if (failed.length > 0) fail(1, `failed on: ${failed.join(', ')}\n`);

function split(words: readonly string[], at: string): [string[], string[]?] {
  const i = words.indexOf(at);
  return i < 0 ? [[...words]] : [words.slice(0, i), words.slice(i + 1)];
}

function list(): string {
  return Object.entries(dates)
    .map(([name, { at, zone, why }]) => `  ${name.padEnd(13)} ${at}  ${zone}: ${why}\n`)
    .join('');
}

function fail(code: number, text: string): never {
  process.stderr.write(text);
  process.exit(code);
}
