/** Math without chance. */
export const fixedMath = Object.freeze(
  Object.defineProperties(Object.create(null) as object, {
    ...Object.getOwnPropertyDescriptors(Math),
    random: {
      value: (): never => {
        throw new TypeError('Math.random is not available in a strategy: draw from the random of decide');
      },
    },
  }),
);

const RealDate = globalThis.Date;

/** What reads a clock, or the machine's time zone or language. */
const local =
  /^(?:get|set)(?!UTC|Time$)|^to(?:String|DateString|TimeString|LocaleString|LocaleDateString|LocaleTimeString)$/;

/** A time in Unix ms, or text that names its zone. */
const zoned = /^\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:\d\d))?$/;

function timeOf(parameters: readonly unknown[]): number {
  const [value] = parameters;
  if (parameters.length === 1 && typeof value === 'number') return value;
  if (parameters.length === 1 && typeof value === 'string' && zoned.test(value)) return RealDate.parse(value);
  throw new TypeError(
    'a Date in a strategy is made of Unix ms or of text with its zone: there is no clock and no local time',
  );
}

/** Dates that know neither now nor here; with no way to those that do. */
export const fixedDate = makeFixedDate();

function makeFixedDate(): unknown {
  function FixedDate(...parameters: unknown[]): unknown {
    if (new.target === undefined) throw new TypeError('there is no clock in a strategy');
    const date = new RealDate(timeOf(parameters));
    return Object.setPrototypeOf(date, FixedDate.prototype);
  }
  const prototype: Record<PropertyKey, unknown> = {};
  for (const name of Object.getOwnPropertyNames(RealDate.prototype)) {
    const method: unknown = Reflect.get(RealDate.prototype, name);
    if (name === 'constructor') prototype[name] = FixedDate;
    else if (typeof method === 'function' && !local.test(name)) prototype[name] = method;
    else
      prototype[name] = () => {
        throw new TypeError(`Date's ${name} depends on the machine: use its UTC twin`);
      };
  }
  FixedDate.prototype = Object.freeze(prototype);
  FixedDate.now = (): never => {
    throw new TypeError('there is no clock in a strategy: own.closeTime is the time of the decision');
  };
  FixedDate.parse = (text: unknown) => timeOf([text]);
  FixedDate.UTC = (...parts: Parameters<typeof RealDate.UTC>) => RealDate.UTC(...parts);
  return Object.freeze(FixedDate);
}
