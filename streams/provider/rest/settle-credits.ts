import type { HttpAnswer } from '../../http-exchange.ts';
import type { CreditLease } from './credit-budget.ts';

/** Corrects our count of credits by that of an answer's headers, where it has them. */
export function settle(lease: Pick<CreditLease, 'settle'>, { headers }: Pick<HttpAnswer, 'headers'>): void {
  const used = headers.get('api-credits-used');
  const left = headers.get('api-credits-left');
  if (used === null || left === null || !/^\d+$/.test(used) || !/^\d+$/.test(left)) return;
  if (Number(used) + Number(left) > 0) lease.settle(Number(used), Number(left));
}
