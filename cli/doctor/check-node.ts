import { type Finding, fail, ok } from './finding.ts';

/** Node runs the TypeScript sources as they are; 24 is what every part was tried on. */
export function checkNode(version: string = process.versions.node): Finding {
  const major = Number(version.split('.')[0]);
  return major >= 24
    ? ok('node', version)
    : fail(
        'node',
        `${version} is too old: 24 is needed`,
        'run through `npm run …`, which takes the Node 24 in node_modules, or install Node 24',
      );
}
