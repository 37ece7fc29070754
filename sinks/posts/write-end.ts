import { isDatabaseAway } from '../../store/database.ts';
import type { Log } from '../../store/log.ts';
import { abortableDelay } from '../abortable-delay.ts';

/** Pause before it is written again, where the database failed, ms. */
const againMs = 500;
/** Times that an end is written although the database answers and fails, or refuses it: with what the receiver said, and without. */
const mostFailures = 6;

/**
 * Writes what became of a post, however long the database is away: a result that is lost would park or repeat the post. What the
 * database refuses is written without the receiver's words, and given up after a few times: then the post is found as one that was cut off. What
 * `write` answers: whether the attempt was still the post's last one.
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
      const isAway = isDatabaseAway(error);
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
