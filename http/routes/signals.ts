import { z } from 'zod';
import { ErrorAnswer } from '../../schema/rest.ts';
import {
  SignalAnswer,
  SignalsAnswer,
  SignalsQuery,
  WithheldAnswer,
  WithheldQuery,
} from '../../schema/signal-list.ts';
import type { Signal } from '../../schema/signal.ts';
import { orSymbolNotFound, symbolNotFound } from '../or-not-found.ts';
import { csv } from '../documents/csv.ts';
import type { FairGate } from '../guards/fair-gate.ts';
import type { HttpDeps } from '../http-deps.ts';
import { Problem } from '../problem.ts';
import { route, type Route } from '../route.ts';

const columns = (
  'id,created_at,symbol,timeframe,signal_type,entry,tp,sl,confidence,close_time,expires_at,status,' +
  'resolved_at,exit_price,r,mfe,mae,ambiguous_bar,delivery,prob_tp_hit,breakeven_probability,expected_r,' +
  'simulated_history'
).split(',');

/** Issued signals with outcome and delivery. */
export function signalRoutes(deps: Pick<HttpDeps, 'signals' | 'withheld'>, gate: FairGate): Route[] {
  return [
    route({
      method: 'get',
      path: '/signals',
      tag: 'signals',
      summary: 'Issued signals, newest first',
      description:
        '`before` and `since` take a cursor of an earlier answer (`next`, `latest`), Unix s or ms, or ISO. Poll with ' +
        '`since` set to the last `latest`. In CSV the cursors are the headers `X-Next` and `X-Latest`.',
      query: SignalsQuery,
      bounded: gate.run,
      answers: {
        200: { description: 'A page of signals.', schema: SignalsAnswer, types: ['text/csv'] },
        404: symbolNotFound,
      },
      handle: async ({ query, ctx }) => {
        const { format, ...wanted } = query;
        const found = orSymbolNotFound(await deps.signals.list(wanted), wanted.symbol);
        const signals = found.slice(0, wanted.limit);
        const next = found.length > wanted.limit ? cursorOf(signals.at(-1)!) : null;
        const latest =
          signals[0] === undefined
            ? ((ctx.query['since'] as string | undefined) ?? null)
            : cursorOf(signals[0]);
        if (format === 'json') return { success: true, signals, next, latest };
        ctx.type = 'text/csv; charset=utf-8';
        if (next !== null) ctx.set('X-Next', next);
        if (latest !== null) ctx.set('X-Latest', latest);
        return csv(columns, signals.map(row));
      },
    }),
    route({
      method: 'get',
      path: '/signals/:id',
      tag: 'signals',
      summary: 'One signal with outcome and delivery',
      params: z.object({ id: z.string().max(100).describe('The `id` of a signal.') }),
      bounded: gate.run,
      answers: {
        200: { description: 'The signal.', schema: SignalAnswer },
        404: { description: 'No signal has this id.', schema: ErrorAnswer },
      },
      handle: async ({ params: { id } }) => {
        const signal = await deps.signals.get(id);
        if (signal === null) throw new Problem(404, 'signal_unknown', 'no signal has this id');
        return { success: true, signal };
      },
    }),
    route({
      method: 'get',
      path: '/withheld',
      tag: 'signals',
      summary: 'Calls that a gate withheld, newest first',
      description:
        'Told and posted to nobody. Each is followed as if it had been issued; `outcome` is what it would have come to.',
      query: WithheldQuery,
      bounded: gate.run,
      answers: {
        200: { description: 'The latest withheld calls.', schema: WithheldAnswer },
        404: symbolNotFound,
      },
      handle: async ({ query }) => ({
        success: true,
        withheld: [...orSymbolNotFound(await deps.withheld(query), query.symbol)],
      }),
    }),
  ];
}

/** Place of a signal in the list. */
function cursorOf(signal: Pick<Signal, 'created_at' | 'id'>): string {
  return `${signal.created_at}_${signal.id}`;
}

function row(signal: Signal) {
  const { outcome } = signal;
  return [
    signal.id,
    signal.created_at,
    signal.symbol,
    signal.timeframe,
    signal.signal_type,
    signal.entry,
    signal.tp,
    signal.sl,
    signal.confidence,
    signal.close_time,
    signal.expires_at,
    signal.status,
    outcome?.resolved_at,
    outcome?.exit_price,
    outcome?.r,
    outcome?.mfe,
    outcome?.mae,
    outcome?.ambiguous_bar,
    signal.deliveries.map(({ channel, state }) => `${channel}:${state}`).join(' '),
    signal.risk_metrics.prob_tp_hit,
    signal.risk_metrics.breakeven_probability,
    signal.risk_metrics.expected_r,
    Number(signal.lineage['simulated_history'] === true),
  ];
}
