/** The highest term that this process has seen. A message with a lower one comes from an ingest that has been replaced. */
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
