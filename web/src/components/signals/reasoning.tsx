import { Word } from '../terms/word.tsx';

const words = /\b(score|threshold|premium|discount|break-even|other fits|P\(TP\))(?!\w)/;

/** The server's reasons, with the words of theirs that this page explains. */
export function Reasoning({ text }: { readonly text: string }) {
  return (
    <p class="reasoning">
      {text.split(words).map((part, i) => (i % 2 === 0 ? part : <Word key={i}>{part}</Word>))}
    </p>
  );
}
