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
