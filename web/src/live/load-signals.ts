import type { z } from 'zod';
import type { SignalsAnswer } from '../../../schema/signal-list.ts';
import { getJson } from '../api/get-json.ts';
import { signals, withSignals } from '../state/signals.ts';

type Answer = z.infer<typeof SignalsAnswer>;

const pageSize = 100;

/** Fetches the newest signals: at the start, and whenever the log could not be resumed without a gap. */
export async function loadSignals(): Promise<void> {
  try {
    const answer = await getJson<Answer>(`/signals?limit=${pageSize}`);
    signals.update((now) => {
      const merged = withSignals({ ...now, state: 'ready' }, answer.signals);
      return now.byId.size === 0 ? { ...merged, next: answer.next } : merged;
    });
  } catch {
    signals.update((now) => (now.state === 'ready' ? now : { ...now, state: 'failed' }));
  }
}

/** Fetches the newest signals of shadows and of those on paper, which no feed brings. */
export async function loadApart(): Promise<void> {
  const modes = ['shadow', 'paper'] as const;
  for (const mode of modes) {
    const answer = await getJson<Answer>(`/signals?limit=${pageSize}&mode=${mode}`).catch(() => null);
    if (answer !== null) signals.update((now) => withSignals(now, answer.signals));
  }
}

/** Fetches the page of signals before the oldest known. */
export async function loadOlderSignals(): Promise<void> {
  const { next } = signals.get();
  if (next === null) return;
  const answer = await getJson<Answer>(`/signals?limit=${pageSize}&before=${encodeURIComponent(next)}`).catch(
    () => null,
  );
  if (answer !== null) signals.update((now) => ({ ...withSignals(now, answer.signals), next: answer.next }));
}
