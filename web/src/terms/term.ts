/** A word of the page: what it means in a sentence, and what lies behind it in a paragraph. */
export interface Term {
  readonly word: string;
  /** Other forms in which the page shows it. */
  readonly also?: readonly string[];
  readonly sentence: string;
  readonly paragraph: string;
}
