import { createStore } from './create-store.ts';

/** What the user chose; kept in the browser, known to nobody else. */
export interface Settings {
  readonly theme: 'system' | 'dark' | 'light';
  /** An IANA zone, or `local`. */
  readonly timeZone: string;
  readonly hidden: readonly string[];
  readonly muted: readonly string[];
  readonly sound: boolean;
  readonly systemNotifications: boolean;
  /** The first minute was dismissed; it comes back only when asked for. */
  readonly toured: boolean;
}

const defaults: Settings = {
  theme: 'system',
  timeZone: 'local',
  hidden: [],
  muted: [],
  sound: true,
  systemNotifications: false,
  toured: false,
};

export const settings = createStore<Settings>(defaults);

/** Settings from their stored text; whatever is missing or of the wrong kind takes its default. */
export function parseSettings(text: string | null): Settings {
  let raw: Record<string, unknown> = {};
  try {
    raw = Object(JSON.parse(text ?? '{}')) as Record<string, unknown>;
  } catch {
    return defaults;
  }
  const list = (value: unknown) =>
    Array.isArray(value) ? value.filter((item): item is string => typeof item === 'string') : [];
  return {
    theme: raw['theme'] === 'dark' || raw['theme'] === 'light' ? raw['theme'] : 'system',
    timeZone: isZone(raw['timeZone']) ? raw['timeZone'] : 'local',
    hidden: list(raw['hidden']),
    muted: list(raw['muted']),
    sound: raw['sound'] !== false,
    systemNotifications: raw['systemNotifications'] === true,
    toured: raw['toured'] === true,
  };
}

function isZone(value: unknown): value is string {
  if (typeof value !== 'string') return false;
  try {
    if (value !== 'local') Intl.DateTimeFormat('en', { timeZone: value });
    return true;
  } catch {
    return false;
  }
}

export const toggled = (list: readonly string[], item: string): readonly string[] =>
  list.includes(item) ? list.filter((other) => other !== item) : [...list, item];
