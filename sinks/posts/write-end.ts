import { isDatabaseAway, isDatabaseBusy } from '../../store/database.ts';
import type { Log } from '../../store/log.ts';
import { abortableDelay } from '../abortable-delay.ts';

/** Pause before it is written again, where the database failed, ms. */
const againMs = 500;
/** Times that an end is written although the database answers and fails, or refuses it: with what the receiver said, and without. */
const mostFailures = 6;

/**
 * Writes what became of a post and waits while the database is away or busy, because a lost result would park or repeat the post. Where the
 * database refuses the text, the state is written without the receiver's words. After six refusals it throws, and the post is found as one whose
 * attempt was cut off. Answers whether the attempt was still the post's last one.
 */
export async function writeEnd<End extends { readonly answer: string }>(
  { log }: { readonly log: Log },
  { id, what, end, stopping }: { id: string; what: string; end: End; stopping: AbortSignal },
  write: (end: End) => Promise<boolean>,
): Promise<boolean> {
  let written = end;
  for (let failures = 0; ;) {
    try {
      return await write(written);
    } catch (error) {
      if (stopping.aborted) throw error;
      const isAway = isDatabaseAway(error) || isDatabaseBusy(error);
      if (!isAway && ++failures >= mostFailures) throw error;
      log.warn({ err: error, id }, `${what} cannot be written yet`);
      if (!isAway) written = withoutWords(end);
      await abortableDelay(againMs, stopping);
    }
  }
}

function withoutWords<End extends { readonly answer: string }>(end: End): End {
  const plain = { ...end, answer: 'the answer could not be stored' };
  return 'remoteId' in plain ? { ...plain, remoteId: null } : plain;
}
