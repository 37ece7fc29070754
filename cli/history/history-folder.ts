import { join } from 'node:path';
import type { Config } from '../../config.ts';

/** Where minutes are kept: the demo's too, for files that somebody has imported are no part of it. */
export const historyFolder = ({ baseDir }: Pick<Config, 'baseDir'>): string => join(baseDir, 'history');
