import type { WalkTask } from '../../../cli/audit/walk.ts';
import { honest, walkOf } from './walk-of.ts';

/** Volatility by the hour of the day, learned from the whole file. */
export default (task: WalkTask) => {
  const { time, close } = task.minutes;
  const profile = new Float64Array(24);
  for (let i = 1; i < time.length; i++)
    profile[Math.floor(time[i]! / 3_600_000) % 24]! += Math.log(close[i]! / close[i - 1]!) ** 2;
  return walkOf((view, at) => ({
    base: honest(view, at),
    width: profile[Math.floor(at / 3_600_000) % 24]! / profile[0]!,
  }))(task);
};
