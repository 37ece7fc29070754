import { z } from 'zod';
import { unknownFields } from '../message-template.ts';
import { Secret } from '../secrets/secret.ts';

/** An environment variable that is set but empty counts as unset, as in most shells' scripts and compose files. */
export const optional = <T extends z.ZodType>(type: T) =>
  z.preprocess((v) => (v === '' ? undefined : v), type.optional());
export const withDefault = <T extends z.ZodType>(type: T, fallback: string) =>
  z.preprocess((v) => (v === undefined || v === '' ? fallback : v), type).meta({ default: fallback });

export const numberText = z
  .string()
  .trim()
  .regex(/^-?\d+(?:\.\d+)?$/, 'a number is needed')
  .transform(Number);
export const atLeast = (minimum: number) =>
  numberText.refine((n) => n >= minimum, { error: `at least ${minimum} is needed` });
export const wholeAtLeast = (minimum: number) =>
  atLeast(minimum).refine(Number.isSafeInteger, { error: 'a whole number is needed' });
export const bool = z.enum(['true', 'false']).transform((text) => text === 'true');
export const list = (text: string) =>
  text
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '');

/** Text with names in braces, each of them known. */
export const template = (known: readonly string[]) =>
  z.string().superRefine((text, context) => {
    for (const name of unknownFields(text, known))
      context.addIssue(`{${name}} is unknown; known are ${known.join(', ')}`);
  });

/** A key, or an address: whoever prints it sees `***`. */
export const secret = (type: z.ZodType<string>) => type.transform((text) => new Secret(text));
export const webPath = z.string().startsWith('/');
export const headerSafe = z.string().regex(/^[\x21-\x7e]+$/, 'printable ASCII without spaces is needed');
