/** The values of each key in their order; none for an unknown one. */
export function grouped<T>(values: readonly T[], keyOf: (value: T) => string): (key: string) => readonly T[] {
  const groups = Map.groupBy(values, keyOf);
  return (key) => groups.get(key) ?? [];
}
