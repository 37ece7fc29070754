import { rootFrom } from './root-from.ts';

/** A refusal for a person in front of a browser. `message` may repeat parts of the request. */
export function errorPage(path: string, status: number, code: string, message: string): string {
  const root = rootFrom(path);
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark">
<title>Anso Vision: ${status}</title><link rel="icon" href="data:,"><link rel="stylesheet" href="${root}admin/login.css"></head>
<body><main><h1>Anso Vision</h1><p role="alert">${escaped(message)}.</p><p><small>${status} ${escaped(code)}</small></p>
<p><a href="${root}">To the page</a></p></main></body></html>
`;
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

const escaped = (text: string) => text.replaceAll(/[&<>"']/g, (character) => entities[character]!);
