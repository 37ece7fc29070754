/** The highest term of an ingest that this process has heard of. What comes under a lower one is of an ingest that another has followed. */
export interface NewestTerm {
  /** False for a lower term than was heard of before. */
  readonly accepts: (term: number) => boolean;
}

/** `known`: the term in the database. */
export function newestTerm(known: number): NewestTerm {
  let newest = known;
  return {
    accepts: (term) => {
      newest = Math.max(newest, term);
      return term === newest;
    },
  };
}
