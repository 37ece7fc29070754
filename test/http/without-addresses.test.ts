import { describe, expect, it } from 'vitest';
import { withoutAddresses } from '../../http/without-addresses.ts';

describe('withoutAddresses', () => {
  it.each([
    ['store: connect ECONNREFUSED 10.0.0.5:5432', 'store: connect ECONNREFUSED …'],
    ['connect ECONNREFUSED ::1:6379', 'connect ECONNREFUSED …'],
    ['connect ETIMEDOUT fd00:1:2::7:6379', 'connect ETIMEDOUT …'],
    ['getaddrinfo ENOTFOUND redis', 'getaddrinfo ENOTFOUND …'],
    ['getaddrinfo EAI_AGAIN db.internal', 'getaddrinfo EAI_AGAIN …'],
    ['connect ENOENT /tmp/anso-vision-0-ab12/.s.PGSQL.5432', 'connect ENOENT …'],
    ['EROFS: read-only file system, open /srv/anso/data/x', 'EROFS: read-only file system, open …'],
    [
      'no pg_hba.conf entry for host "10.0.0.7", user "anso", database "anso", no encryption',
      'no … entry for host …, user …, database …, no encryption',
    ],
    ['password authentication failed for user "anso"', 'password authentication failed for user …'],
    ['asks http://user:pw@inner.example:8080/a?b=c in vain', 'asks … in vain'],
    ['Redis at redis.internal:6379 is a replica', 'Redis at … is a replica'],
    ['Redis at cache:6379 is full', 'Redis at … is full'],
    ['DB.Inner.Example refused, own.closeTime.example too', '… refused, … too'],
    ['localhost:5432 is away', '… is away'],
    ['[2001:db8::1]:443 refused', '… refused'],
    ['2001:db8:1:2:3:4:5:6 refused', '… refused'],
    ['192.168.1.7 refused, 192.168.1.8 too', '… refused, … too'],
  ])('leaves no host, port, path, user or database in %s', (text, left) => {
    expect(withoutAddresses(text)).toBe(left);
  });

  it.each([
    'EURUSD 1h closed 90 s ago and has no decision',
    'a post has waited for 45 s',
    'the provider’s REST does not answer since 2026-11-28T09:25:17.000Z',
    'at 09:25:17 the clock was set back by 3600.5 s',
    'BTC/USD, RY:TSX: 3 of 240 ticks of the last minute were rejected: far ahead',
    'feed: connecting',
    'writes were given up while the database was away',
    'PostgreSQL 18.4 is older than the program',
    'the economic calendar is stale',
    'there is no clock in a strategy: own.closeTime is the time of the decision',
    "my-rule: my-rule.ts is no TypeScript that Node can run as it is: line 12: Expected ',', got ';'",
  ])('leaves as it is: %s', (text) => {
    expect(withoutAddresses(text)).toBe(text);
  });

  it('reaches every text of a value, and nothing else', () => {
    const at = { a: ['at 10.0.0.1:1', { b: 'at 10.0.0.1:1', n: 1, f: false, z: null }] };
    expect(withoutAddresses(at)).toEqual({ a: ['at …', { b: 'at …', n: 1, f: false, z: null }] });
  });
});
