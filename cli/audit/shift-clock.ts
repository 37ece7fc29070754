/**
 * Loaded before a walk: the wall clock of its process, and of its threads, is off by AUDIT_CLOCK_SHIFT_MS. A decision on recorded prices
 * has no business with it.
 */
const shift = Number(process.env['AUDIT_CLOCK_SHIFT_MS'] ?? 0);
const RealDate = globalThis.Date;
const now = (): number => RealDate.now() + shift;

globalThis.Date = new Proxy(RealDate, {
  apply: () => new RealDate(now()).toString(),
  construct: (target, parameters: unknown[]) =>
    Reflect.construct(target, parameters.length === 0 ? [now()] : parameters) as Date,
  get: (target, key): unknown => (key === 'now' ? now : Reflect.get(target, key)),
});
