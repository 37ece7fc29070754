import { z } from 'zod';
import { AnalysisAnswer, AnsweredId } from '../schema/analysis-job.ts';

/** The job and the answer of a message on the answer channel; an error where it is not a message of this version. */
export function readAnswer(text: string): { id: string; answer: AnalysisAnswer | Error } {
  const json = parseJson(text);
  const id = AnsweredId.safeParse(json).data?.id ?? '';
  const parsed = z.safeDecode(AnalysisAnswer, json as z.input<typeof AnalysisAnswer>);
  if (parsed.success) return { id, answer: parsed.data };
  return { id, answer: new Error(`the answer is not one of this version: ${z.prettifyError(parsed.error)}`) };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
