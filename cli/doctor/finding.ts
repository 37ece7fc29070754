/** What one check found. `todo`: what to do about it. */
export interface Finding {
  readonly part: string;
  /** `off`: not configured, or not checked, with the reason in `says`. */
  readonly state: 'ok' | 'warn' | 'fail' | 'off';
  readonly says: string;
  readonly todo?: string;
}

export const ok = (part: string, says: string): Finding => ({ part, state: 'ok', says });
export const off = (part: string, says: string): Finding => ({ part, state: 'off', says });
export const warn = (part: string, says: string, todo: string): Finding => ({
  part,
  state: 'warn',
  says,
  todo,
});
export const fail = (part: string, says: string, todo: string): Finding => ({
  part,
  state: 'fail',
  says,
  todo,
});

/** An error in a few words; connection errors often have a code and no message. */
export function reasonOf(error: unknown): string {
  const {
    code,
    message = '',
    cause,
    errors,
  } = error as {
    code?: string;
    message?: string;
    cause?: unknown;
    errors?: readonly unknown[];
  };
  if (errors?.[0] !== undefined) return reasonOf(errors[0]);
  if (cause !== undefined) return reasonOf(cause);
  return (message || code || String(error)).split('\n')[0]!.slice(0, 200);
}
