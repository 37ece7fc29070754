/** The latest frame of each symbol and kind. */
export interface LatestFrames<Frame> {
  readonly keep: (frame: Frame) => void;
  readonly of: (symbol: string) => readonly Frame[];
  readonly forget: (symbol: string) => void;
  readonly clear: () => void;
}

export function latestFrames<Frame extends { readonly symbol: string }>(
  kindOf: (frame: Frame) => string,
): LatestFrames<Frame> {
  const bySymbol = new Map<string, Map<string, Frame>>();
  return {
    keep: (frame) => {
      const known = bySymbol.get(frame.symbol) ?? new Map<string, Frame>();
      bySymbol.set(frame.symbol, known.set(kindOf(frame), frame));
    },
    of: (symbol) => [...(bySymbol.get(symbol)?.values() ?? [])],
    forget: (symbol) => void bySymbol.delete(symbol),
    clear: () => bySymbol.clear(),
  };
}
