import type { QueueAnswer } from '../../../schema/rest.ts';
import { Word } from './terms/word.tsx';

type Posts = QueueAnswer['posts'];

/** Each with the sentence that says what it means. Those that are somebody's fault, or somebody's task, are marked where there are any. */
const kinds: readonly {
  readonly name: string;
  readonly means: string;
  readonly of: (posts: Posts) => number;
  readonly isBad?: true;
}[] = [
  { name: 'waiting', means: 'to be sent, or on their way', of: ({ queued, sending }) => queued + sending },
  { name: 'delivered', means: 'taken by the receiver', of: ({ delivered }) => delivered },
  { name: 'failed', means: 'refused by the receiver for good', of: ({ failed }) => failed, isBad: true },
  {
    name: 'parked',
    means: 'perhaps taken: look at the receiver, then decide on the dashboard',
    of: ({ parked }) => parked,
    isBad: true,
  },
  { name: 'expired', means: 'not sent: their time was over', of: ({ expired }) => expired },
  {
    name: 'superseded',
    means: 'not sent: the signal had ended, or the price had left the entry',
    of: ({ superseded }) => superseded,
  },
];

/** How many posts are in each state. */
export function PostCounts({ posts }: { posts: Posts }) {
  return (
    <dl class="queue-counts">
      {kinds.map(({ name, means, of, isBad }) => (
        <div key={name} class={isBad && of(posts) > 0 ? 'is-bad' : ''} title={`${name}: ${means}`}>
          <dt>
            <Word>{name}</Word>
          </dt>
          <dd>{of(posts)}</dd>
        </div>
      ))}
    </dl>
  );
}

/** The same in words, without what there is none of. */
export function postsInWords(posts: Posts): string {
  const some = kinds.filter(({ of }) => of(posts) > 0).map(({ name, of }) => `${of(posts)} ${name}`);
  return some.length === 0 ? 'nothing posted yet' : some.join(', ');
}
