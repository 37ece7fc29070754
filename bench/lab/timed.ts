/** Milliseconds of work, by the wall and by this process's processors: the second is what holds on a busy machine. */
export async function timed<T>(
  work: () => Promise<T> | T,
): Promise<{ readonly result: T; readonly ms: number; readonly cpuMs: number }> {
  const [start, cpu] = [performance.now(), process.cpuUsage()];
  const result = await work();
  const { user, system } = process.cpuUsage(cpu);
  return { result, ms: performance.now() - start, cpuMs: (user + system) / 1000 };
}
