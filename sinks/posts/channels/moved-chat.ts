import type { ChannelNotes } from './channel.ts';

/** The current id of a Telegram chat. */
export interface MovedChat {
  /** The chat to post to: the configured one, or the one it has moved to. */
  readonly current: () => Promise<string>;
  readonly follow: (id: string) => Promise<void>;
  readonly keep: (notes: ChannelNotes) => void;
  readonly note: () => string | undefined;
}

/**
 * A group that becomes a supergroup gets another id, and the old one accepts no messages any more; Telegram sends the new one in its
 * refusal (`migrate_to_chat_id`). The new id is kept over restarts, until another chat is configured.
 */
export function movedChat(configured: string): MovedChat {
  let notes: ChannelNotes | undefined;
  let moved: string | undefined;
  let read: Promise<void> | undefined;
  const restore = async () => {
    const { from, to } = parsed(await notes?.read());
    if (from === configured) moved ??= to;
  };
  return {
    current: async () => {
      read ??= restore();
      // Where the notes cannot be read, the old id is used, and Telegram's refusal gives the new one again.
      await read.catch(() => (read = undefined));
      return moved ?? configured;
    },
    follow: async (id) => {
      moved = id;
      await notes?.write(JSON.stringify({ from: configured, to: id }));
    },
    keep: (given) => {
      notes = given;
      read = restore();
      read.catch(() => (read = undefined));
    },
    note: () =>
      moved === undefined
        ? undefined
        : `the chat ${configured} has moved to ${moved}: set TELEGRAM_CHAT_ID to that`,
  };
}

function parsed(text: string | undefined): { from?: string; to?: string } {
  try {
    const { from, to } = JSON.parse(text ?? '{}') as { from?: unknown; to?: unknown };
    return typeof from === 'string' && typeof to === 'string' ? { from, to } : {};
  } catch {
    return {};
  }
}
