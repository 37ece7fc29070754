import type { z } from 'zod';
import { OutsideJsonError, parseOutsideJson } from '../../schema/outside/outside-json.ts';
import { fieldPath } from '../../schema/outside/field-path.ts';

/** A client frame that cannot be handled: the client receives an error frame, the connection stays open. */
export class FrameError extends Error {
  override name = 'FrameError';
  readonly code: string;
  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

/** Parses a client's text frame. Throws FrameError `bad_json`, or `bad_frame` with the field and its fault. */
export function parseFrame<T>(schema: z.ZodType<T>, text: string): T {
  let message: unknown;
  try {
    message = parseOutsideJson(text);
  } catch (error) {
    if (error instanceof OutsideJsonError && error.fault === 'content')
      throw new FrameError('bad_frame', `the frame: ${error.message}`);
    throw new FrameError('bad_json', 'a frame must be JSON text');
  }
  const parsed = schema.safeParse(message);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const where = fieldPath(issue?.path ?? []);
  const what =
    where === 'action' ? 'must be subscribe, unsubscribe or ping' : (issue?.message ?? 'is not understood');
  throw new FrameError('bad_frame', where === '' ? `the frame: ${what}` : `${where}: ${what}`);
}
