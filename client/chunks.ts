/** Splits symbols into lists that fit one frame. */
export function chunks(symbols: readonly string[]): string[][] {
  const size = 100;
  return Array.from({ length: Math.ceil(symbols.length / size) }, (_, i) =>
    symbols.slice(i * size, (i + 1) * size),
  );
}
