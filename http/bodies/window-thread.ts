import { z } from 'zod';
import { inputProblem } from '../input-problem.ts';
import { Problem } from '../problem.ts';
import { packWindow, type PackedWindow } from './packed-window.ts';
import { parseWindow, type TooFew } from './parse-window.ts';

export interface WindowTask {
  readonly route: keyof typeof parseWindow;
  readonly bytes: Uint8Array;
}

/** What is wrong with a body: the fields of a Problem, which loses its class on its way. */
export interface Refused {
  readonly status: number;
  readonly code: string;
  readonly message: string;
}

/** What the thread of `window-parser.ts` does: one body. */
export default function windowThread({ route, bytes }: WindowTask): PackedWindow | TooFew | Refused {
  try {
    const body = parseWindow[route](bytes);
    return 'received' in body ? body : packWindow(body);
  } catch (error) {
    const problem = error instanceof z.ZodError ? inputProblem(error) : error;
    if (!(problem instanceof Problem)) throw error;
    return { status: problem.status, code: problem.code, message: problem.message };
  }
}
