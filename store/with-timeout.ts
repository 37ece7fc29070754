/**
 * The result of `work`, or a rejection when it takes longer than `ms`. The work itself goes on. `failure` is the error of a
 * timeout, or the name of what did not answer.
 */
export async function withTimeout<T>(
  ms: number,
  work: Promise<T>,
  failure: string | (() => Error),
): Promise<T> {
  const error = () =>
    typeof failure === 'string' ? new Error(`${failure} has not answered for ${ms} ms`) : failure();
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<never>((_, reject) => {
    // What has arrived while this process stood still counts: immediates come after the poll for input.
    timer = setTimeout(() => setImmediate(() => reject(error())), ms);
  });
  return Promise.race([work, timeout]).finally(() => clearTimeout(timer));
}
