/** A time, Unix ms or ISO, as `2024-01-02 00:00` in UTC. */
export const minuteOf = (time: number | string): string =>
  new Date(time).toISOString().slice(0, 16).replace('T', ' ');
