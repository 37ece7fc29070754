/** Redis keys and channels of one installation, told apart by its database: two installations may share a Redis. */
export interface Names {
  /** The highest term that an ingest has told of. */
  readonly term: string;
  readonly bus: string;
  readonly snapshot: string;
  /** Sorted set of `gateway symbol`, scored with the time at which it expires, Unix ms. */
  readonly demand: string;
  /** Channel on which a change of the demand is published. */
  readonly demanded: string;
  /** Sorted set of the living processes, scored with the time at which each expires, Unix ms; and a hash of their cards. */
  readonly processes: string;
  readonly cards: string;
  /** BullMQ's prefix. */
  readonly queues: string;
}

/** `epoch` identifies the database's signal log. */
export const namesOf = (epoch: string): Names => ({
  term: `anso:${epoch}:term`,
  bus: `anso:${epoch}:bus`,
  snapshot: `anso:${epoch}:snapshot`,
  demand: `anso:${epoch}:demand`,
  demanded: `anso:${epoch}:demanded`,
  processes: `anso:${epoch}:processes`,
  cards: `anso:${epoch}:cards`,
  queues: `anso:${epoch}`,
});
