/** Limits of a provider's plan. */
export interface CreditPlan {
  readonly creditsPerMinute: number;
  readonly creditsPerDay: number;
}

export interface CreditAnswer {
  readonly allowed: boolean;
  readonly used: number;
  readonly left: number;
  /** The provider's message when it refuses. */
  readonly message: string;
}

/** Counts credits by calendar minute and day, as the provider does: a call over the limit is refused and still counted. */
export function createCredits(plan: CreditPlan, now: () => number): (cost: number) => CreditAnswer {
  let minute = -1;
  let day = -1;
  let usedInMinute = 0;
  let usedInDay = 0;
  return (cost) => {
    const time = now();
    if (Math.floor(time / 60_000) !== minute) usedInMinute = 0;
    if (Math.floor(time / 86_400_000) !== day) usedInDay = 0;
    minute = Math.floor(time / 60_000);
    day = Math.floor(time / 86_400_000);
    usedInMinute += cost;
    usedInDay += cost;
    const { creditsPerMinute, creditsPerDay } = plan;
    const message =
      usedInDay > creditsPerDay
        ? `You have run out of API credits for the day. ${usedInDay} API credits were used, with the current limit being ${creditsPerDay}. Wait for the next day or consider switching to a plan with no daily limits.`
        : `You have run out of API credits for the current minute. ${usedInMinute} API credits were used, with the current limit being ${creditsPerMinute}. Wait for the next minute or consider switching to a higher tier plan.`;
    return {
      allowed: usedInMinute <= creditsPerMinute && usedInDay <= creditsPerDay,
      used: usedInMinute,
      left: Math.max(0, creditsPerMinute - usedInMinute),
      message,
    };
  };
}
