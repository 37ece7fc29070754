import type { Finding } from './finding.ts';

const words = { ok: 'ok  ', warn: 'WARN', fail: 'FAIL', off: '-   ' } as const;

/** The findings as text, a line each and one more for what to do, without anything secret. */
export function print(findings: readonly Finding[], scrub: (text: string) => string): string {
  const lines = findings.flatMap(({ part, state, says, todo }) => [
    `${words[state]}  ${part.padEnd(13)}  ${says}`,
    ...(todo === undefined ? [] : [`${' '.repeat(21)}→ ${todo}`]),
  ]);
  const failures = findings.filter(({ state }) => state === 'fail').length;
  const warnings = findings.filter(({ state }) => state === 'warn').length;
  const verdict =
    failures > 0
      ? `${failures} to correct before the server can do its work${warnings > 0 ? `, ${warnings} to look at` : ''}.`
      : warnings > 0
        ? `Nothing stands in the way; ${warnings} to look at.`
        : 'All is well.';
  return scrub(`${lines.join('\n')}\n\n${verdict}`);
}
