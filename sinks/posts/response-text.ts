import { mt5SafeText } from './mt5-safe-text.ts';

/** An answer's body for the operator: short, in one line; of a web page its title. */
export function responseText(body: string): string {
  if (body.trim() === '') return '(empty)';
  if (!isWebPage(body)) return mt5SafeText(body.slice(0, 2000), 200);
  const title = mt5SafeText(/<title[^>]*>([^<]{1,300})/i.exec(body)?.[1] ?? '', 100);
  return title === '' ? 'a web page' : `a web page: ${title}`;
}

/** HTML or XML where JSON was asked for. */
export const isWebPage = (body: string): boolean => /^\uFEFF?\s*<[!?a-z]/i.test(body);
