import { describe, expect, it } from 'vitest';
import { isDatabaseAway, isDatabaseBusy, isReadOnly } from '../../store/database.ts';

const coded = (code: string) => Object.assign(new Error('x'), { code });
const odd = [null, undefined, 'text', 7, {}, { code: 7 }, new Error('x')];

describe('isDatabaseAway', () => {
  it.each([
    '08006',
    '53300',
    '57P01',
    '57P03',
    '58030',
    '25006',
    '25P03',
    '25P04',
    'ECONNREFUSED',
    'ECONNRESET',
    'ENOENT',
    'EPIPE',
    'ETIMEDOUT',
    'ENOTFOUND',
    'EAI_AGAIN',
    'EHOSTUNREACH',
    'ENETUNREACH',
  ])('is true of %s', (code) => {
    expect(isDatabaseAway(coded(code))).toBe(true);
  });

  it.each(['23505', '42601', '57014', '40001', '25001', '25P02', 'ENOENTX', 'EPERM', ''])(
    'is false of %s',
    (code) => {
      expect(isDatabaseAway(coded(code))).toBe(false);
    },
  );

  it.each([
    'Connection terminated unexpectedly',
    'Connection terminated due to connection timeout',
    'timeout exceeded when trying to connect',
    'Client has encountered a connection error and is not queryable',
    'Query read timeout',
  ])('is true of what the driver says: %s', (words) => {
    expect(isDatabaseAway(new Error(words))).toBe(true);
  });

  it.each(odd)('is false of %o, whatever was thrown', (error) => {
    expect(isDatabaseAway(error)).toBe(false);
  });
});

describe('isDatabaseBusy', () => {
  it('is true where the statement may be tried again', () => {
    expect(['40001', '40P01', '55P03', '57014'].map((code) => isDatabaseBusy(coded(code)))).toEqual(
      Array(4).fill(true),
    );
    expect(['23505', '55006', '57P01', '140', ''].some((code) => isDatabaseBusy(coded(code)))).toBe(false);
    expect(odd.some(isDatabaseBusy)).toBe(false);
  });
});

describe('isReadOnly', () => {
  it('is true of a server that takes no writes, and of no other', () => {
    expect(isReadOnly(coded('25006'))).toBe(true);
    expect(['25001', ''].some((code) => isReadOnly(coded(code)))).toBe(false);
    expect(odd.some(isReadOnly)).toBe(false);
  });
});
