import Papa from 'papaparse';

/** Rows of a text of whole lines, and the first of them in which a quotation mark is out of place. */
export function rowsOf(text: string, separator: string): { rows: string[][]; fault: number | null } {
  const { data, errors } = Papa.parse<string[]>(text, { delimiter: separator, newline: '\n' });
  return { rows: data, fault: errors.find(({ type }) => type === 'Quotes')?.row ?? null };
}
