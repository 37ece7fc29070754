import { describe, expect, it } from 'vitest';
import { createMailbox } from '../../../streams/symbol/mailbox.ts';

describe('createMailbox', () => {
  it('hands each value to everybody who listens, in the order they came', () => {
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

  it('goes on with the readers it began with when one leaves or comes meanwhile', () => {
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

  it('tells the end to those who listen, and at once to those who come later', () => {
    const { input, end } = createMailbox<number>();
    const ends: string[] = [];
    input.subscribe({ complete: () => ends.push('early') });
    end();
    input.subscribe({ complete: () => ends.push('late') });
    expect(ends).toEqual(['early', 'late']);
  });
});
