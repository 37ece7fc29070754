/** No other machine can analyse now: Redis cannot be reached or takes no jobs, or no worker answers there. */
export class AnalysersAway extends Error {
  override name = 'AnalysersAway';
}

export const redisAway = (reason: string, options?: ErrorOptions): AnalysersAway =>
  new AnalysersAway(`Redis does not take analyses: ${reason}`, options);
