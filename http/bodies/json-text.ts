import { OutsideJsonError, parseOutsideJson } from '../../schema/outside/outside-json.ts';
import { nonFiniteField } from './non-finite-field.ts';
import { Problem } from '../problem.ts';

/**
 * Parses a JSON body. One NUL at its end is ignored: MQL5's `StringToCharArray` appends one. Throws Problem 400 `bad_json`; for the NaN and Infinity that some languages
 * write into JSON it names the first such field, as `candles[17].close: must be a finite number`.
 */
export function parseJson(body: string): unknown {
  const text = body.endsWith('\0') ? body.slice(0, -1) : body;
  try {
    return parseOutsideJson(text);
  } catch (error) {
    if (!(error instanceof OutsideJsonError)) throw error;
    if (error.fault === 'content') throw new Problem(400, 'bad_request', `the body: ${error.message}`);
    const field = nonFiniteField(text);
    if (field !== undefined)
      throw new Problem(400, 'bad_request', `${field || 'the body'}: must be a finite number`);
    throw new Problem(400, 'bad_json', `the body must be JSON: ${error.message}`);
  }
}
