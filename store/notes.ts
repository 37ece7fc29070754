import type pg from 'pg';

/** Short texts that outlive the process, by name. */
export interface Notes {
  read(name: string): Promise<string | undefined>;
  write(name: string, text: string): Promise<void>;
}

/** The name of a note's row. */
export const noteName = (name: string): string => `note ${name}`;

export function notes(pool: pg.Pool): Notes {
  return {
    read: async (name) => {
      const { rows } = await pool.query<{ value: string }>('select value from meta where key = $1', [
        noteName(name),
      ]);
      return rows[0]?.value;
    },
    write: async (name, text) => {
      await pool.query(
        'insert into meta values ($1, $2) on conflict (key) do update set value = excluded.value',
        [noteName(name), text],
      );
    },
  };
}
