import { describe, expect, it } from 'vitest';
import { createMailbox } from '../../../streams/symbol/mailbox.ts';

describe('createMailbox', () => {
  it('passes each value to every subscriber, in order of subscription', () => {
    const { input, post } = createMailbox<number>();
    const heard: string[] = [];
    post(0);
    const first = input.subscribe((value) => heard.push(`a${value}`));
    input.subscribe((value) => heard.push(`b${value}`));
    post(1);
    first.unsubscribe();
    post(2);
    expect(heard).toEqual(['a1', 'b1', 'b2']);
  });

  it('finishes a post with the subscribers it began with when one leaves or joins meanwhile', () => {
    const { input, post } = createMailbox<number>();
    const heard: string[] = [];
    const first = input.subscribe(() => {
      first.unsubscribe();
      input.subscribe((value) => heard.push(`late${value}`));
    });
    input.subscribe((value) => heard.push(`b${value}`));
    post(1);
    post(2);
    expect(heard).toEqual(['b1', 'b2', 'late2']);
  });

  it('completes its subscribers, and later ones at once', () => {
    const { input, end } = createMailbox<number>();
    const ends: string[] = [];
    input.subscribe({ complete: () => ends.push('early') });
    end();
    input.subscribe({ complete: () => ends.push('late') });
    expect(ends).toEqual(['early', 'late']);
  });
});
