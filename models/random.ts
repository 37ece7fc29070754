import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';

/** Uniform numbers in [0, 1), 53 random bits each. */
export type Random = () => number;

/**
 * A seeded stream of uniforms (xoroshiro128+). The same seed and stream give the same numbers on every machine;
 * different streams of one seed are 2^64 draws apart (`jump`), so they never overlap.
 *
 * seed: any finite number, its lower 32 bits count. stream: integer >= 0.
 */
export function seededRandom(seed: number, stream = 0): Random {
  const generator = xoroshiro128plus(seed | 0);
  for (let i = 0; i <= stream; i++) generator.jump();
  return () => {
    const high = generator.next() >>> 5;
    const low = generator.next() >>> 6;
    return (high * 67_108_864 + low) / 9_007_199_254_740_992;
  };
}

/** One standard normal draw from two uniforms (Box and Muller 1958). */
export function standardNormal(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}
