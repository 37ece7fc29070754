import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Faults } from './faults.ts';
import { answerFault, readBody, sendJson } from './http-answers.ts';

const headlines = [
  'Bitcoin trades sideways as volumes thin out',
  'Gold holds near recent highs ahead of inflation figures',
  'Euro steady while traders wait for the central bank',
  'Dollar index little changed in early dealings',
  'Ether follows the wider market in quiet trade',
];
const everyMs = 30 * 60_000;

export interface NewsServiceOptions {
  readonly keys: ReadonlySet<string>;
  readonly now: () => number;
  readonly faults: Faults['news'];
}

/** Finlight's article search: newest first, no ids, `confidence` sometimes a number and sometimes a string. */
export function newsService({ keys, now, faults }: NewsServiceOptions) {
  let count = 0;
  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    count++;
    if (await answerFault(faults, response)) return;
    if (request.method !== 'POST' || request.url !== '/v2/articles') {
      sendJson(response, 404, { message: 'Not found' });
      return;
    }
    if (!keys.has(request.headers['x-api-key']?.toString() ?? '')) {
      sendJson(response, 401, { message: 'Unauthorized' });
      return;
    }
    const query = JSON.parse(await readBody(request)) as { pageSize?: number };
    const pageSize = Math.min(query.pageSize ?? 20, 100);
    const newest = Math.floor(now() / everyMs);
    const articles = Array.from({ length: pageSize }, (_, i) => article(newest - i));
    sendJson(response, 200, { status: 'ok', page: 1, pageSize, articles });
  };
  return {
    requests: () => count,
    listener: (request: IncomingMessage, response: ServerResponse) => {
      answer(request, response).catch(() => sendJson(response, 400, { message: 'Bad request' }));
    },
  };
}

function article(number: number) {
  return {
    link: `https://news.example/articles/${number}`,
    title: headlines[number % headlines.length],
    publishDate: new Date(number * everyMs).toISOString(),
    source: 'news.example',
    language: 'en',
    sentiment: ['neutral', 'positive', 'negative'][number % 3],
    confidence: number % 2 === 0 ? 0.87 : '0.87',
    summary: 'Written by the simulator: nothing of this happened.',
  };
}
