import { formatR } from '../../format/price.ts';
import { Word } from './word.tsx';

/** A result, whose unit is a word of ours. */
export function InR({ r }: { readonly r: number }) {
  return (
    <>
      {formatR(r).slice(0, -1)}
      <Word>R</Word>
    </>
  );
}
