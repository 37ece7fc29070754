import { existsSync, readFileSync } from 'node:fs';
import { needsData } from '../support/needs.ts';

const path = new URL('../../../shared/oracles/models.json', import.meta.url);

interface FirstPassageOracle {
  id: string;
  nu: number;
  sigma: number;
  a: number;
  b: number;
  T: number;
  p_inf: number;
  p_up_T: number;
  p_dn_T: number;
  p_none_T: number;
  p_single_up_T: number;
}

interface HmmOracle {
  startprob: number[];
  transmat: number[][];
  loglik: number;
}

export interface Oracles {
  first_passage: FirstPassageOracle[];
  hmm_umbrella: HmmOracle & { frameprob: number[][]; filtered: number[][]; smoothed: number[][] };
  hmm_gauss: HmmOracle & {
    x: number[];
    mean: number[];
    var: number[];
    filtered_state1: number[];
    smoothed_state1: number[];
    em_step1: {
      startprob: number[];
      transmat: number[][];
      mean: number[];
      var: number[];
      loglik_after: number;
    };
  };
  trade_statistics: Record<string, number> & { trades: number[] };
  brier: Record<string, number> & { f: number[]; o: number[] };
  wilson95: Record<string, [number, number]>;
}

/** Numbers computed outside this project (see the file's own "about"); null where the folder of data is not there. */
export const oracles = existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as Oracles) : null;

/** Skipped and named without the data. */
export const needsOracles = needsData('oracles/models.json');
