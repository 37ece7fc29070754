/** The last answer of a check that runs by itself: `undefined` is well, else why not. */
export interface Probe {
  readonly problem: () => string | undefined;
  readonly close: () => void;
}

/** Asks a check now and every `everyMs`, so that a health answer never waits for what may hang. */
export async function startProbe(check: () => Promise<string | undefined>, everyMs = 1_000): Promise<Probe> {
  let problem: string | undefined;
  let isAsking = false;
  const ask = async () => {
    if (isAsking) return;
    isAsking = true;
    problem = await check().catch((error: unknown) =>
      error instanceof Error ? error.message : String(error),
    );
    isAsking = false;
  };
  await ask();
  const timer = setInterval(() => void ask(), everyMs);
  return { problem: () => problem, close: () => clearInterval(timer) };
}
