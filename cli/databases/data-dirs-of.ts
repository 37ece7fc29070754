import { join } from 'node:path';
import type { Config } from '../../config.ts';

/** The folders with a database of their own below one DATA_DIR: that of the live server and that of the demo. */
export const dataDirsOf = ({ baseDir }: Pick<Config, 'baseDir'>): string[] => [
  baseDir,
  join(baseDir, 'demo'),
];
