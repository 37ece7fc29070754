/** What a program is started with: none of our own variables but the path, and the date and time zone that the tests run on. */
export const plainShell = (): Record<string, string> =>
  Object.fromEntries(
    Object.entries(process.env).flatMap(([name, value]) =>
      value !== undefined && /^(?:PATH|TZ|LD_PRELOAD|FAKETIME.*)$/.test(name) ? [[name, value]] : [],
    ),
  );
