import { describe, expect, it } from 'vitest';
import { Secret } from '../../../../schema/secrets/secret.ts';
import { secretMask } from '../../../../schema/secrets/mask-secrets.ts';
import { outsideText } from '../../../../sinks/posts/channels/outside-text.ts';
import { responseText } from '../../../../sinks/posts/channels/response-text.ts';

const secret = 'a-key-of-the-operator-0123456789';
const clean = outsideText(secretMask([new Secret(secret)]));
const escaped = [...Buffer.from(secret)].map((code) => `\\u${code.toString(16).padStart(4, '0')}`).join('');

describe('what an operator is shown of an answer', () => {
  // What is left of an escape once its signs are cleaned.
  const first = 'u0061 u002d u006b';

  it.each([0, 10, 40, 60, 80])(
    'holds no beginning of a secret that starts %i characters into a title',
    (from) => {
      // The first is masked, so that what is shown reaches into the second.
      const title = `${escaped} ${'x '.repeat(from / 2)}${escaped} ${'y'.repeat(400)}`;
      expect(responseText(`<html><title>${title}</title>`, clean)).not.toContain(first);
      expect(responseText(title, clean)).not.toContain(first);
    },
  );

  it('is the title of a web page, and what there is of others', () => {
    expect(responseText('<html><title>Sign in</title><body>…', clean)).toBe('a web page: Sign in');
    expect(responseText('<!doctype html><p>x', clean)).toBe('a web page');
    expect(responseText(' ', clean)).toBe('(empty)');
    expect(responseText('{"ok":1}', clean)).toContain('ok');
  });
});
