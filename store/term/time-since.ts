/** How long something has not been so, ms: 0 while it is. */
export function timeSince(isSo: () => boolean): () => number {
  let since = performance.now();
  return () => {
    const now = performance.now();
    if (isSo()) since = now;
    return now - since;
  };
}
