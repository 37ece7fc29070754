import type { OutsideText } from './outside-text.ts';

/** A response body for the operator: short and on one line; of a web page only the title. */
export function responseText(body: string, clean: OutsideText): string {
  if (body.trim() === '') return '(empty)';
  if (!isWebPage(body)) return clean(body, 200) || '(nothing to read)';
  // Cut by `clean` alone, which masks first: half a secret is not recognised.
  const title = clean(/<title[^>]{0,300}>([^<]*)/i.exec(body)?.[1] ?? '', 100);
  return title === '' ? 'a web page' : `a web page: ${title}`;
}

/** Is the body HTML or XML, where JSON was requested? */
export const isWebPage = (body: string): boolean => /^\uFEFF?\s*<[!?a-z]/i.test(body);
