import type { Outcome, Signal } from '../../../schema/signal.ts';
import { oddsWords } from '../format/odds-words.ts';
import { formatPrice, formatR } from '../format/price.ts';
import { statusWords } from '../format/words.ts';
import { showSignal } from '../live/show-signal.ts';
import { notify, unseen } from '../state/notices.ts';
import { settings } from '../state/settings.ts';
import { chime } from './chime.ts';
import { showSystemNotification } from './system-notification.ts';

/** Announces a new signal: toast, sound, title, and a system notification where permitted. A muted symbol is not announced. */
export function announceSignal(signal: Signal): void {
  const { muted, sound, systemNotifications } = settings.get();
  if (muted.includes(signal.symbol) || signal.signal_type === 'WAIT') return;
  const { symbol } = signal;
  const title = `${signal.signal_type} ${symbol} ${signal.timeframe}`;
  const levels = [
    `Entry ${formatPrice(symbol, signal.entry)}`,
    ...(signal.tp === null ? [] : [`TP ${formatPrice(symbol, signal.tp)}`]),
    ...(signal.sl === null ? [] : [`SL ${formatPrice(symbol, signal.sl)}`]),
  ];
  const body = `${levels.join(' · ')} · ${oddsWords(signal)}`;
  unseen.update((count) => count + 1);
  notify({ tone: signal.signal_type === 'BUY' ? 'up' : 'down', title, body, signalId: signal.id });
  if (sound) chime(signal.signal_type);
  if (systemNotifications) showSystemNotification(title, body, signal.id, () => showSignal(signal.id));
}

/** Announces the end of a signal, by a toast only. */
export function announceOutcome(signal: Signal, outcome: Outcome): void {
  if (settings.get().muted.includes(signal.symbol)) return;
  notify({
    tone: 'calm',
    title: `${signal.symbol} ${signal.timeframe}: ${statusWords[outcome.status].toLowerCase()}`,
    body:
      outcome.r === null
        ? `${signal.signal_type} cannot be followed on${outcome.reason === undefined ? '' : `: ${outcome.reason}`}`
        : `${signal.signal_type} ended at ${formatPrice(signal.symbol, outcome.exit_price)}, ${formatR(outcome.r)}`,
    signalId: signal.id,
  });
}
