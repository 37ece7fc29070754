/** A symbol's actor cannot be told anything: it failed too often, was released meanwhile, or there is no room for it. */
export class SymbolUnavailableError extends Error {
  override readonly name = 'SymbolUnavailableError';
  readonly code: 'symbol_failed' | 'symbol_limit' | 'time_unknown';
  constructor(message: string, code: SymbolUnavailableError['code'] = 'symbol_failed') {
    super(message);
    this.code = code;
  }
}
