import { z } from 'zod';
import type { Article } from '../../schema/rest.ts';

const Answer = z.looseObject({ articles: z.array(z.unknown()) });

const ArticleEntry = z.looseObject({
  title: z.string(),
  link: z.url({ protocol: /^https?$/ }),
  source: z.string().optional(),
  publishDate: z.string(),
  summary: z.string().nullish(),
  sentiment: z.string().nullish(),
});

export interface ParsedArticles {
  readonly articles: readonly Article[];
  /** Number of invalid entries, which are left out. */
  readonly bad: number;
}

/** Parses Finlight's answer entry by entry. Throws where it is no list of articles at all. */
export function parseArticles(text: string): ParsedArticles {
  const { articles } = Answer.parse(JSON.parse(text));
  const good = articles.flatMap((entry) => articleOf(entry) ?? []);
  return { articles: good, bad: articles.length - good.length };
}

function articleOf(entry: unknown): Article | undefined {
  const parsed = ArticleEntry.safeParse(entry);
  if (!parsed.success) return undefined;
  const { title, link, source, publishDate, summary, sentiment } = parsed.data;
  // Dates have a zone, or are in UTC.
  const published = Date.parse(
    /Z$|[-+]\d{2}:?\d{2}$/.test(publishDate) ? publishDate : `${publishDate.replace(' ', 'T')}Z`,
  );
  if (Number.isNaN(published)) return undefined;
  return {
    title: title.slice(0, 300),
    link,
    source: source ?? new URL(link).hostname,
    published_at: published,
    ...(typeof summary === 'string' && { summary: summary.slice(0, 1_000) }),
    ...(typeof sentiment === 'string' && { sentiment }),
  };
}
