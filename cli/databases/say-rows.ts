/** A line a table, for backups. */
export function sayRows(table: string, rows: number): void {
  console.log(`${table.padEnd(14)} ${rows.toLocaleString('en').padStart(11)} rows`);
}
