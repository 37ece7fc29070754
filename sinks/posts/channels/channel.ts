import type { Signal } from '../../../schema/signal.ts';
import type { Pace } from '../../../store/posts/channel-pace.ts';

/** The result of one attempt. `answer` is for the operator: short, plain text, without secrets. */
export type SendResult =
  | { readonly kind: 'delivered'; readonly answer: string; readonly remoteId: string | null }
  /** Certainly not accepted: retry, after `afterMs` at the earliest where the receiver asked for that. */
  | { readonly kind: 'retry'; readonly answer: string; readonly afterMs?: number | undefined }
  /** Will never be accepted: no retry. */
  | { readonly kind: 'final'; readonly answer: string }
  /** Possibly accepted: a timeout, a reset or a truncated response after the request was sent. */
  | { readonly kind: 'ambiguous'; readonly answer: string; readonly afterMs?: number | undefined };

/** What a receiver says about a post that it may have. `answer` as above. */
export type LookupResult =
  | { readonly kind: 'there'; readonly answer: string; readonly remoteId: string | null }
  /** It says that it has none. `isExplicit`: of this very post; otherwise a wrong path might say the same of all. */
  | { readonly kind: 'absent'; readonly answer: string; readonly isExplicit: boolean }
  /** It did not answer, or something else. */
  | { readonly kind: 'unknown'; readonly answer: string }
  /** No connection was made. */
  | { readonly kind: 'unreachable'; readonly answer: string };

/** The way to ask a receiver whether it has a post. */
export interface Lookup {
  /** Asks once for the post under an id. Does not reject. */
  ask(id: string): Promise<LookupResult>;
  /** How long after an attempt the receiver may still be storing it: only then is it believed that it has none. Ms. */
  readonly settleMs: number;
}

/** A destination of posts. */
export interface Channel {
  /** Also the name of its queue. */
  readonly name: string;
  /** Does the receiver drop duplicates of the same id? Otherwise an ambiguous post is asked about (`lookup`) or parked, never repeated blindly. */
  readonly idempotent: boolean;
  /** Time limit of an attempt, ms. */
  readonly timeoutMs: number;
  readonly pace: Pace;
  /** One attempt, from 1 up. Does not reject. */
  send(signal: Signal, attempt: number): Promise<SendResult>;
  /** One attempt to post the end of a signal, under the id `postId`. Undefined where the channel takes no ends. */
  sendEnd?(signal: Signal, postId: string): Promise<SendResult>;
  /** One message that says that it is a test and holds nothing to trade. Undefined where the receiver has no place for one. */
  readonly sendTest?: (id: string) => Promise<SendResult>;
  /** Undefined where the receiver cannot be asked about openings. */
  readonly lookup?: Lookup;
  /** Passes the channel's persistent storage. Called once, before the first attempt. */
  keep?(notes: ChannelNotes): void;
  /** A problem that the operator should fix, though posts are still delivered. */
  note?(): string | undefined;
}

/** Persistent storage of a channel: one text. */
export interface ChannelNotes {
  read(): Promise<string | undefined>;
  write(text: string): Promise<void>;
}
