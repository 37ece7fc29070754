import type { Owned } from '../../../../schema/strategies/assignment.ts';
import { isApart, whoseWords } from '../../format/whose.ts';

/** Whose signal it is, and in which mode, where that is not the built-in rule's, live. */
export function OwnerMark({ signal }: { readonly signal: Owned }) {
  const words = whoseWords(signal);
  if (words === null) return null;
  return (
    <span
      class={`owner-mark ${isApart(signal) ? 'is-apart' : ''}`}
      title={
        isApart(signal) ? 'No follower has it: it is judged, not posted' : 'The assignment that issued it'
      }
    >
      {words}
    </span>
  );
}
