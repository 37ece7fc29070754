import { mt5SafeText } from './mt5-safe-text.ts';

/** A response body for the operator: short and on one line; of a web page only the title. */
export function responseText(body: string): string {
  if (body.trim() === '') return '(empty)';
  if (!isWebPage(body)) return mt5SafeText(body.slice(0, 2000), 200);
  const title = mt5SafeText(/<title[^>]*>([^<]{1,300})/i.exec(body)?.[1] ?? '', 100);
  return title === '' ? 'a web page' : `a web page: ${title}`;
}

/** Is the body HTML or XML, where JSON was requested? */
export const isWebPage = (body: string): boolean => /^\uFEFF?\s*<[!?a-z]/i.test(body);
