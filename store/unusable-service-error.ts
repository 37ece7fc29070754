/**
 * A service answers and cannot do what it is needed for, and an operator has to change something. The message is a sentence for
 * people. `exitCode`: 78 (EX_CONFIG) where another start is of no use.
 */
export class UnusableServiceError extends Error {
  override name = 'UnusableServiceError';
  readonly exitCode: number;
  constructor(message: string, exitCode = 78) {
    super(message);
    this.exitCode = exitCode;
  }
}
