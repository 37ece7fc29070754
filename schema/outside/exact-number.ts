import { z } from 'zod';

/** Any float64 in JSON and back to the last bit: JSON itself turns NaN and the infinities into null, and -0 into 0. */
export const ExactNumber = z.codec(
  z.union([z.number(), z.enum(['NaN', 'Infinity', '-Infinity', '-0'])]),
  z.custom<number>((value) => typeof value === 'number', { error: 'must be a number' }),
  {
    decode: Number,
    encode: (value) =>
      Object.is(value, -0) ? '-0' : Number.isFinite(value) ? value : (`${value}` as 'NaN' | 'Infinity'),
  },
);
