import type { DotEnv, Note } from './dot-env.ts';
import { isKnown, nearestName, wordFor } from './known-names.ts';

type Variables = Readonly<Record<string, string | undefined>>;

/** The environment over what `.env` says, as everywhere: what is set there already wins. */
export const withDotEnv = (environment: Variables, dotEnv: DotEnv | undefined): Variables => ({
  ...dotEnv?.variables,
  ...environment,
});

/** What there is to say of the names of the environment and of `.env`. Of the environment only those near ours: it is full of others. */
export function notesOf(environment: Variables, dotEnv: DotEnv | undefined): Note[] {
  const { variables = {}, notes = [] } = dotEnv ?? {};
  const inFile = Object.keys(variables)
    .filter((name) => !isKnown(name))
    .map((name) => unknown('.env', name));
  const hidden = Object.keys(variables)
    .filter((name) => isKnown(name) && variables[name] !== '' && environment[name] === '')
    .map((name) => ({
      says: `${name} is empty in the environment: what .env says of it does not count`,
      todo: 'unset it there if .env is meant',
    }));
  const inEnvironment = Object.keys(environment)
    .filter((name) => !(name in variables) && nearestName(name) !== undefined)
    .map((name) => unknown('the environment', name));
  return [...notes, ...inFile, ...hidden, ...inEnvironment];
}

function unknown(where: string, name: string): Note {
  const nearest = nearestName(name);
  return {
    says: `${where} sets ${wordFor(name)}, which nothing reads`,
    todo: nearest === undefined ? '`.env.example` lists those that count' : `is ${nearest} meant?`,
  };
}
