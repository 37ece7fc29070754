import type { ServerResponse } from 'node:http';
import type { ReceivedPost } from './received-post.ts';

/** A page that lists the stored posts, newest first; it reloads itself. */
export function communityPage(response: ServerResponse, posts: readonly ReceivedPost[]): void {
  const rows = posts
    .toReversed()
    .slice(0, 200)
    .map(({ at, id, body }) => {
      const { symbol, action, entry, tp, sl, confidence, timeframe = '', reasoning } = body;
      const cells = [
        new Date(at).toISOString(),
        symbol,
        timeframe,
        action,
        entry,
        tp,
        sl,
        confidence,
        id,
        reasoning,
      ];
      return `<tr>${cells.map((cell) => `<td>${escapeHtml(String(cell))}</td>`).join('')}</tr>`;
    });
  response.writeHead(200, {
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'",
    refresh: '5',
  });
  response.end(`<!doctype html><html lang="en"><title>Stand-in community platform</title>
<style>body{font:14px system-ui;margin:2rem}td,th{padding:.2rem .6rem;text-align:left;vertical-align:top}</style>
<h1>Stand-in community platform</h1><p>${posts.length} signals received.</p>
<table><tr>${[
    'received',
    'symbol',
    'timeframe',
    'action',
    'entry',
    'tp',
    'sl',
    'confidence',
    'id',
    'reasoning',
  ]
    .map((name) => `<th>${name}</th>`)
    .join('')}</tr>${rows.join('\n')}</table></html>`);
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`);
}
