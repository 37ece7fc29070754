/** Older than any gap: requests of guests, and spare ones, come after all others, ms. */
export const guestPenaltyMs = 100 * 365 * 86_400_000;
/** Share of the day's credits that they leave to others. */
export const guestSpares = 0.5;
