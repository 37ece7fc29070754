import { defineConfig } from 'oxlint';

const folders =
  'app bench cli client cluster http models operators schema simulator sinks store strategies strategy streams web workers'.split(
    ' ',
  );

/** They run elsewhere than in the server, or measure it. */
const clockless = new Set(['bench', 'client', 'web']);

/**
 * Which other folders of ours the files of a folder may import: streams bring data in, operators transform it, sinks put
 * it away, http looks at it, serve.ts connects them; models know only numbers.
 */
const mayImport: Record<string, readonly string[]> = {
  schema: [],
  models: [],
  operators: ['models', 'schema', 'strategy'],
  streams: ['models', 'operators', 'schema'],
  store: ['schema'],
  sinks: ['schema', 'store'],
  http: ['schema', 'store'],
  cluster: ['schema', 'sinks', 'store'],
  strategy: ['models', 'schema'],
  strategies: [],
  workers: ['models', 'schema', 'strategy'],
  client: ['schema'],
  web: ['client', 'schema'],
  simulator: ['models', 'operators', 'schema'],
};

/** The rooms of one folder, from the bottom up: a room may import those before it, and the files of the folder itself. */
const rooms: Record<string, readonly string[]> = {
  models: ['calendar', 'chart', 'report', 'volatility', 'hmm', 'odds', 'decision'],
  operators: ['rx', 'ticks', 'candles', 'signals/outcomes', 'analysis', 'signals/gates', 'signals'],
  streams: ['clock', 'news', 'provider', 'symbol', 'recording'],
  sinks: ['posts', 'writer', 'feeds'],
  http: ['documents', 'guards', 'routes'],
  app: ['demo', 'ingest', 'health', 'web', 'roles'],
  strategy: ['run', 'load', 'checks'],
};

/** Packages that a folder may not use; others are free. The linter's expressions know no lookahead. */
const packages: Record<string, { regex: string; message: string }> = {
  schema: { regex: '^(?:[^.z]|z[^o])', message: 'schema imports zod only' },
  models: { regex: '^(?:[^.p]|p[^u])', message: 'models know only numbers: nothing but pure-rand' },
  strategies: {
    regex: '^(?:[^.a]|a[^n]|an[^s])',
    message: 'a strategy imports anso-vision/strategy and files beside it',
  },
  client: { regex: '^[^.]', message: 'the client has no dependencies: schema types only' },
};

/** Imports of `room`'s own files, as a file of `from` may write them. */
function imports(room: string, from: string, names: readonly string[]): string {
  const [parent, last] = [from.split('/')[0], room.split('/').at(-1)!];
  if (from.includes('/') && room === parent) return '^\\.\\./[^/]+$';
  if (from.includes('/') && room.startsWith(`${parent}/`)) return `^\\.\\./${last}/`;
  return `^(?:\\.\\./)+${room}/${names.some((name) => name.startsWith(`${room}/`)) ? '[^/]+$' : ''}`;
}

interface Pattern {
  readonly regex: string;
  readonly message: string;
}

function ofFolder(folder: string): Pattern[] {
  const allowed = mayImport[folder];
  if (allowed === undefined) return [];
  const others = folders.filter((name) => name !== folder && !allowed.includes(name));
  return [
    {
      regex: `^(?:\\.\\./)+(?:${others.join('|')})/`,
      message: `${folder} imports ${allowed.join(', ') || 'no other folder'}`,
    },
    {
      regex: '^(?:\\.\\./)+(?:config|main|serve)\\.ts$',
      message: 'app and cli alone know the configuration',
    },
    ...(packages[folder] === undefined ? [] : [packages[folder]]),
  ];
}

function ofRoom(folder: string, room: string): Pattern[] {
  const names = rooms[folder]!;
  const below = names.slice(0, names.indexOf(room));
  const message = `${folder}/${room} imports ${['files of the folder itself', ...below].join(', ')}`;
  return names
    .slice(below.length + 1)
    .map((above) => ({ regex: imports(above, room, names), message }))
    .concat(ofFolder(folder));
}

const restricted = (files: string, patterns: readonly Pattern[]) => ({
  files: [files],
  rules: {
    'no-restricted-imports': ['error', { patterns: [...patterns] }] as ['error', { patterns: Pattern[] }],
  },
});

export default defineConfig({
  plugins: ['typescript', 'unicorn', 'oxc', 'import', 'promise', 'vitest'],
  jsPlugins: ['./lint/wall-clock.ts'],
  categories: { correctness: 'error', suspicious: 'error', perf: 'error' },
  ignorePatterns: ['web/dist', 'data'],
  rules: {
    'no-await-in-loop': 'off',
    'no-console': 'error',
    // Types too: a circle of types is a type that stands in the wrong file.
    'import/no-cycle': ['error', { ignoreTypes: false }],
    'import/no-unassigned-import': 'off',
    'typescript/no-floating-promises': 'error',
    'typescript/no-misused-promises': 'error',
    'typescript/consistent-type-imports': 'error',
    'typescript/no-explicit-any': 'error',
    'typescript/no-non-null-assertion': 'off',
    'typescript/no-unsafe-type-assertion': 'off',
    'unicorn/no-array-sort': 'off',
    'unicorn/no-array-reverse': 'off',
    'unicorn/prefer-array-flat-map': 'off',
    'unicorn/consistent-function-scoping': 'off',
    'unicorn/require-post-message-target-origin': 'off',
    'no-underscore-dangle': 'off',
    'no-shadow': 'off',
    'typescript/require-array-sort-compare': [
      'error',
      {
        ignoreStringArrays: true,
      },
    ],
    'vitest/valid-expect': [
      'error',
      {
        maxArgs: 2,
      },
    ],
    'vitest/expect-expect': 'off',
    'vitest/no-conditional-expect': 'off',
    'vitest/require-mock-type-parameters': 'off',
  },
  overrides: [
    {
      files: [
        'main.ts',
        'serve.ts',
        'config.ts',
        `{${folders.filter((name) => !clockless.has(name)).join(',')}}/**/*.ts`,
      ],
      rules: { 'anso/wall-clock': 'error' },
    },
    { files: ['streams/clock/machine-clock.ts'], rules: { 'anso/wall-clock': 'off' } },
    {
      files: ['cli/**', 'examples/**', 'bench/**', 'mutate/**', 'test/**', 'web/**'],
      rules: { 'no-console': 'off' },
    },
    ...Object.keys(mayImport).map((folder) => restricted(`${folder}/**/*.{ts,tsx}`, ofFolder(folder))),
    // The last that matches a file holds, so inner rooms come after those around them.
    ...Object.entries(rooms).flatMap(([folder, names]) =>
      names
        .toSorted((one, other) => one.split('/').length - other.split('/').length)
        .map((room) => restricted(`${folder}/${room}/**/*.ts`, ofRoom(folder, room))),
    ),
  ],
});
