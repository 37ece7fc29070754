import { asyncScheduler } from 'rxjs';
import { type Config, hasIngest } from '../../config.ts';
import { networkReason } from '../../schema/outside/network-reason.ts';
import { type HttpRequest, httpExchange } from '../../streams/http-exchange.ts';
import { parseArticles } from '../../streams/news/parse-articles.ts';
import { parseCalendar } from '../../streams/news/parse-calendar.ts';
import { type Finding, fail, off, ok, warn } from './finding.ts';

const timeoutMs = 10_000;

type ServicesConfig = Pick<
  Config,
  'demo' | 'ROLES' | 'CALENDAR_URL' | 'NEWS_FAIL_MODE' | 'FINLIGHT_API_KEY' | 'FINLIGHT_URL' | 'BACKEND_URL'
>;

/** Calendar, news and the analyser beside this server. Not beside a running server, whose own limits of requests they share. */
export async function checkServices(
  config: ServicesConfig,
  { running }: { readonly running: boolean },
): Promise<Finding[]> {
  if (!hasIngest(config))
    return [off('calendar', `left alone: no ingest among the roles ${config.ROLES.join(', ')}`)];
  return Promise.all([
    running
      ? off('calendar', 'left alone, a server is running: see `calendar` in its /health')
      : calendar(config),
    running ? off('news', 'left alone, a server is running: see `news` in its /health') : news(config),
    backend(config),
  ]);
}

async function calendar({ demo, CALENDAR_URL, NEWS_FAIL_MODE }: ServicesConfig): Promise<Finding> {
  const part = 'calendar';
  if (demo) return off(part, 'the demo: the bundled one');
  const { host } = new URL(CALENDAR_URL.reveal());
  const isNeeded = NEWS_FAIL_MODE === 'closed';
  const lasting = isNeeded
    ? 'with NEWS_FAIL_MODE=closed no signal opens until it can be read'
    : 'signals open without it';
  const say = isNeeded ? fail : warn;
  try {
    const { status, text } = await exchange(CALENDAR_URL.reveal());
    if (status === 429) return warn(part, `${host}: 429, asked too often`, 'wait five minutes');
    const parsed = status === 200 ? parseCalendar(text) : null;
    if (parsed === null)
      return say(part, `${host}: ${status}, no calendar`, `correct CALENDAR_URL; ${lasting}`);
    return ok(part, `${host} answers with ${parsed.events.length} events of this week`);
  } catch (error) {
    return say(part, `${host}: ${networkReason(error)}`, `check CALENDAR_URL and the network; ${lasting}`);
  }
}

async function news({ demo, FINLIGHT_API_KEY: key, FINLIGHT_URL }: ServicesConfig): Promise<Finding> {
  const part = 'news';
  if (demo) return off(part, 'the demo: the bundled ones');
  if (key === undefined) return off(part, 'FINLIGHT_API_KEY is unset: no articles');
  const base = FINLIGHT_URL.reveal();
  const url = new URL('v2/articles', base.endsWith('/') ? base : `${base}/`);
  try {
    const { status, text } = await exchange(url, {
      method: 'POST',
      headers: { 'x-api-key': key.reveal(), 'content-type': 'application/json' },
      body: JSON.stringify({ language: 'en', order: 'DESC', pageSize: 1, page: 1 }),
    });
    if (status === 401 || status === 403)
      return warn(part, `${url.host}: ${status}, it refuses the key`, 'correct FINLIGHT_API_KEY');
    if (status === 429) return warn(part, `${url.host}: 429, the requests of the plan are used up`, 'wait');
    if (status !== 200) return warn(part, `${url.host}: ${status}`, 'check FINLIGHT_URL');
    parseArticles(text);
    return ok(part, `${url.host} takes the key`);
  } catch (error) {
    return warn(part, `${url.host}: ${networkReason(error)}`, 'check FINLIGHT_URL and the network');
  }
}

/** It may answer GET as it likes, redirects too, and candles would start an analysis there: that it answers is all that is looked at. */
async function backend({ BACKEND_URL }: ServicesConfig): Promise<Finding> {
  const part = 'backend';
  if (BACKEND_URL === undefined) return off(part, 'BACKEND_URL is unset: no other analyser gets the candles');
  const { origin } = new URL(BACKEND_URL.reveal());
  try {
    const { status } = await fetch(BACKEND_URL.reveal(), {
      redirect: 'manual',
      signal: AbortSignal.timeout(timeoutMs),
    });
    return ok(part, `${origin} answers (${status} to GET); whether it takes candles, the first one tells`);
  } catch (error) {
    const todo = 'check BACKEND_URL and the network; closed candles are given up meanwhile';
    return fail(part, `${origin}: ${networkReason(error)}`, todo);
  }
}

/** As the server asks: limited in time and size, and not led elsewhere with its key. */
const exchange = (url: string | URL, more: Pick<HttpRequest, 'method' | 'headers' | 'body'> = {}) =>
  httpExchange({ url, ...more, clock: asyncScheduler, timeoutMs, maxBytes: 2 * 1_048_576 });
