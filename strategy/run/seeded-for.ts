import { createHash } from 'node:crypto';
import { type Random, seededRandom } from '../../models/random.ts';

/** A stream of uniforms for one decision, the same whenever it is made again; nothing is computed before the first is drawn. */
export function seededFor(...of: readonly (string | number)[]): Random {
  let random: Random | undefined;
  return () => {
    random ??= seededRandom(createHash('sha256').update(JSON.stringify(of)).digest().readInt32LE());
    return random();
  };
}
