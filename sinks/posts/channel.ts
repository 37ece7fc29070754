import type { Signal } from '../../schema/signal.ts';
import type { Pace } from '../../store/channel-pace.ts';

/** How one attempt ended. `answer` is for the operator: short, plain, without secrets. */
export type SendResult =
  | { readonly kind: 'delivered'; readonly answer: string; readonly remoteId: string | null }
  /** Surely not taken: try again, not before `afterMs` where the other side has said so. */
  | { readonly kind: 'retry'; readonly answer: string; readonly afterMs?: number | undefined }
  /** Will never be taken. */
  | { readonly kind: 'final'; readonly answer: string }
  /** Perhaps taken: a timeout, a reset, a cut answer after the request was out. */
  | { readonly kind: 'ambiguous'; readonly answer: string; readonly afterMs?: number | undefined };

/** A place that takes posts. */
export interface Channel {
  /** Also the name of its queue. */
  readonly name: string;
  /** Does it drop a repetition of the same id? Else an ambiguous post is parked, never repeated. */
  readonly idempotent: boolean;
  /** An attempt takes no longer, ms. */
  readonly timeoutMs: number;
  readonly pace: Pace;
  /** One attempt, from 1 up. Does not reject. */
  send(signal: Signal, attempt: number): Promise<SendResult>;
  /** One attempt to tell the end of a signal, whose post has the id `postId`. Absent where the channel is not told of ends. */
  sendEnd?(signal: Signal, postId: string): Promise<SendResult>;
  /** Gives it a memory that outlives the process. Called once, before the first attempt. */
  keep?(notes: ChannelNotes): void;
  /** What the operator should know of it, and mend some time. */
  note?(): string | undefined;
}

/** What a channel remembers over restarts: one text. */
export interface ChannelNotes {
  read(): Promise<string | undefined>;
  write(text: string): Promise<void>;
}
