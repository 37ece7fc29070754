import { describe, expect, it } from 'vitest';
import { movedChat } from '../../../../sinks/posts/channels/moved-chat.ts';

/** Notes that hold a text, or fail as often as told before they are read. */
const notesOf = (text: string | undefined, failures = 0) => {
  const notes = {
    text,
    reads: 0,
    read: async () => {
      notes.reads += 1;
      if (notes.reads <= failures) throw new Error('away');
      return notes.text;
    },
    write: async (written: string) => {
      notes.text = written;
    },
  };
  return notes;
};
const moved = JSON.stringify({ from: '-1', to: '-100' });

describe('movedChat', () => {
  it('is the configured chat, and nothing to note, until it moves', async () => {
    const chat = movedChat('-1');
    expect([await chat.current(), chat.note()]).toEqual(['-1', undefined]);
    await chat.follow('-100');
    expect(await chat.current()).toBe('-100');
    expect(chat.note()).toBe('the chat -1 has moved to -100: set TELEGRAM_CHAT_ID to that');
  });

  it('keeps the new id over a restart, read once', async () => {
    const notes = notesOf(undefined);
    const chat = movedChat('-1');
    chat.keep(notes);
    await chat.follow('-100');
    expect(notes.text).toBe(moved);
    const again = movedChat('-1');
    const stored = notesOf(notes.text);
    again.keep(stored);
    expect([await again.current(), await again.current(), stored.reads]).toEqual(['-100', '-100', 1]);
  });

  it('forgets it for another chat', async () => {
    const chat = movedChat('-2');
    chat.keep(notesOf(moved));
    expect([await chat.current(), chat.note()]).toEqual(['-2', undefined]);
  });

  it.each(['{', '{}', '{"from":"-1"}', '{"from":"-1","to":5}', '{"from":-1,"to":"-100"}', '', undefined])(
    'takes nothing from notes that hold %s',
    async (text) => {
      const chat = movedChat('-1');
      chat.keep(notesOf(text));
      expect([await chat.current(), chat.note()]).toEqual(['-1', undefined]);
    },
  );

  it('uses the old id where the notes cannot be read, and reads them again', async () => {
    const chat = movedChat('-1');
    chat.keep(notesOf(moved, 1));
    expect(await chat.current()).toBe('-1');
    expect(await chat.current()).toBe('-100');
  });

  it('keeps what Telegram says while the notes are read over what they say', async () => {
    const read = Promise.withResolvers<string>();
    const chat = movedChat('-1');
    chat.keep({ read: () => read.promise, write: async () => {} });
    await chat.follow('-200');
    read.resolve(moved);
    expect(await chat.current()).toBe('-200');
  });
});
