import { z } from 'zod';

/**
 * Takes any value, and appears in the documents as `element`. Put it in an array with bounds and let `elementsAs` parse the elements
 * afterwards: then the length is checked before any element.
 */
export function anyAs(element: z.ZodType): z.ZodType {
  const { $schema: _, ...documented } = z.toJSONSchema(element, { io: 'input' });
  return z.unknown().meta(documented);
}

/**
 * For `transform`: parses the elements one by one, and ends at the first bad one, with its first problem. `quick` gives what is surely
 * right without the schema, undefined for all else.
 */
export const elementsAs =
  <T>(element: z.ZodType<T>, quick: (value: unknown) => T | undefined = () => undefined) =>
  (values: readonly unknown[], context: z.RefinementCtx): T[] => {
    const parsed: T[] = [];
    for (let i = 0; i < values.length; i++) {
      const sure = quick(values[i]);
      const result = sure === undefined ? element.safeParse(values[i]) : undefined;
      if (result?.success === false) {
        const { path, message } = result.error.issues[0]!;
        context.addIssue({ code: 'custom', path: [i, ...path], message });
        return z.NEVER;
      }
      parsed.push(sure ?? result!.data);
    }
    return parsed;
  };
