import { UsageError } from '../../command.ts';

/** The value of `--params`, still to be parsed by the strategy. Throws a UsageError. */
export function paramsOption(text: string | undefined): unknown {
  if (text === undefined) return {};
  try {
    return JSON.parse(text);
  } catch {
    throw new UsageError(`--params ${text}: JSON is needed, as '{"length":40}'`);
  }
}
