import { outsideText } from './channels/outside-text.ts';

/** An error as the operator reads it in `last_answer`, at most 200 characters: it may quote what a receiver, the queue or the database has sent. */
export const reasonOf = (error: unknown, scrub: (text: string) => string = (text) => text): string =>
  outsideText(scrub)(error instanceof Error ? error.message : String(error), 200);
