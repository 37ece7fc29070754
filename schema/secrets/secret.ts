const hidden = '***';

/**
 * A key, a token, or an address whose path, query or password opens something. It can be passed on, and whatever prints it
 * (a template, JSON, `console`, an error) prints `***`; its text is what `reveal` gives, at the place of use alone.
 */
export class Secret {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  reveal(): string {
    return this.#text;
  }

  toString(): string {
    return hidden;
  }

  toJSON(): string {
    return hidden;
  }

  [Symbol.toPrimitive](): string {
    return hidden;
  }

  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return hidden;
  }
}
