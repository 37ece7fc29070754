import { z } from 'zod';
import { type Config, hasIngest } from '../../config.ts';
import { toProviderSymbol } from '../../streams/provider/provider-symbol.ts';
import { type Finding, fail, off, ok, warn } from './finding.ts';
import { machineClock } from '../../streams/clock/machine-clock.ts';
import { networkReason } from '../../schema/outside/network-reason.ts';

type ProviderConfig = Pick<
  Config,
  'demo' | 'ROLES' | 'TWELVEDATA_API_KEY' | 'TWELVEDATA_REST_URL' | 'TWELVEDATA_WS_URL' | 'SYMBOLS'
>;

const part = 'provider REST';
const Answer = z.looseObject({
  status: z.string().optional(),
  code: z.number().optional(),
  message: z.string().optional(),
  values: z.array(z.unknown()).optional(),
});

export interface ProviderCheck {
  readonly finding: Finding;
  /** The provider's clock minus ours, ms, to half a second; undefined where it sent no date. */
  readonly clockAheadMs: number | undefined;
}

/** Requests one bar of the first symbol from the provider's REST: one credit. The `Date` header gives its time. */
export async function checkProvider(config: ProviderConfig): Promise<ProviderCheck> {
  const { demo, TWELVEDATA_API_KEY: key, TWELVEDATA_REST_URL, SYMBOLS } = config;
  if (!hasIngest(config))
    return {
      finding: off(part, `left alone: no ingest among the roles ${config.ROLES.join(', ')}`),
      clockAheadMs: undefined,
    };
  if (demo)
    return {
      finding: off(part, 'the demo: TWELVEDATA_API_KEY is unset, prices come from the bundled simulator'),
      clockAheadMs: undefined,
    };
  const symbol = toProviderSymbol(SYMBOLS[0]!);
  const url = new URL(`${TWELVEDATA_REST_URL.reveal().replace(/\/+$/, '')}/time_series`);
  url.search = new URLSearchParams({ symbol, interval: '1min', outputsize: '1', timezone: 'UTC' }).toString();
  const asked = machineClock.wallNow();
  try {
    const answer = await fetch(url, {
      headers: { Authorization: `apikey ${key?.reveal() ?? ''}` },
      redirect: 'error',
      signal: AbortSignal.timeout(10_000),
    });
    const heard = machineClock.wallNow();
    const date = Date.parse(answer.headers.get('date') ?? '');
    // The header is cut to whole seconds.
    const clockAheadMs = Number.isNaN(date) ? undefined : date + 500 - (asked + heard) / 2;
    return { finding: judge(answer, await bodyOf(answer), symbol), clockAheadMs };
  } catch (error) {
    const finding = fail(
      part,
      `${url.origin} cannot be asked: ${networkReason(error)}`,
      'check the network, the firewall and TWELVEDATA_REST_URL',
    );
    return { finding, clockAheadMs: undefined };
  }
}

async function bodyOf(answer: Response): Promise<z.infer<typeof Answer>> {
  const text = (await answer.text()).slice(0, 100_000);
  try {
    return Answer.safeParse(JSON.parse(text)).data ?? {};
  } catch {
    return {};
  }
}

/** Errors come under HTTP 200 too: the body's code counts first. */
function judge(answer: Response, body: z.infer<typeof Answer>, symbol: string): Finding {
  const code = body.code ?? answer.status;
  const left = answer.headers.get('api-credits-left');
  const credits = left === null ? '' : `, ${left} credits left this minute`;
  const said = `${code}${body.message === undefined ? '' : `: ${body.message.slice(0, 200)}`}`;
  if (code === 401) return fail(part, said, 'the provider refuses the key: correct TWELVEDATA_API_KEY');
  if (code === 429)
    return warn(part, said, "the plan's credits are used up: wait, or see TWELVEDATA_CREDITS_PER_MINUTE");
  if (code === 400 || code === 403 || code === 404)
    return fail(part, said, `does the plan include ${symbol}? Correct SYMBOLS`);
  if (code >= 500) return warn(part, said, 'the provider has a problem of its own: try again later');
  if (body.values === undefined)
    return fail(part, `an answer that is none of the provider's (${said})`, 'check TWELVEDATA_REST_URL');
  return ok(part, `takes the key, knows ${symbol}${credits}`);
}
