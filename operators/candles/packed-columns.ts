/** Typed arrays of one length in one buffer: a small array of its own costs some 300 bytes beside its data. */
export interface PackedColumns {
  readonly float64: () => Float64Array;
  readonly uint32: () => Uint32Array;
  readonly uint16: () => Uint16Array;
  readonly uint8: () => Uint8Array;
}

/** Room for so many arrays of each kind; take them in falling order of element size, which keeps them aligned. */
export function packedColumns(
  length: number,
  counts: {
    readonly float64: number;
    readonly uint32: number;
    readonly uint16: number;
    readonly uint8: number;
  },
): PackedColumns {
  const bytes = counts.float64 * 8 + counts.uint32 * 4 + counts.uint16 * 2 + counts.uint8;
  const buffer = new ArrayBuffer(bytes * length);
  let at = 0;
  const take = (size: number) => {
    const offset = at;
    at += size * length;
    return offset;
  };
  return {
    float64: () => new Float64Array(buffer, take(8), length),
    uint32: () => new Uint32Array(buffer, take(4), length),
    uint16: () => new Uint16Array(buffer, take(2), length),
    uint8: () => new Uint8Array(buffer, take(1), length),
  };
}
