import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';

/** Uniform numbers in [0, 1), 32 random bits each. */
export type Random = () => number;

/** A stream of uniforms that depends on the keys alone, so that any day or minute can be drawn without those before it. */
export function keyedRandom(...keys: readonly (number | string)[]): Random {
  const generator = xoroshiro128plus(hash(keys.join('|')));
  return () => (generator.next() >>> 0) / 4_294_967_296;
}

/** A standard normal draw (Box and Muller 1958), cut off at 4 standard deviations. */
export function normal(random: Random): number {
  const draw = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  return Math.max(-4, Math.min(4, draw));
}

/** FNV-1a with a final avalanche (MurmurHash3's), 32 bits. */
function hash(text: string): number {
  let h = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}
