import { describe, expect, it } from 'vitest';
import { placed, stepped, withAll, withGroup, withoutGroup } from '../../web/src/state/arrange-groups.ts';
import { ownSymbols } from '../../web/src/state/own-symbols.ts';
import { type Group, parseWatchList } from '../../web/src/state/parse-watch-list.ts';
import { watched } from '../e2e/fixture.ts';

const groups: readonly Group[] = [
  { name: '', symbols: ['A', 'B', 'C'] },
  { name: 'Metals', symbols: ['G', 'S'] },
];
const all = new Set(['A', 'B', 'C', 'G', 'S']);
const inWords = (some: readonly Group[]) =>
  some.map(({ name, symbols }) => `${name}:${symbols.join('')}`).join(' ');

describe('the order of the watch list', () => {
  it('steps a symbol up and down, into the next group at the edge, and stays at the ends', () => {
    expect(inWords(stepped(groups, 'B', -1, all))).toBe(':BAC Metals:GS');
    expect(inWords(stepped(groups, 'B', 1, all))).toBe(':ACB Metals:GS');
    expect(inWords(stepped(groups, 'C', 1, all))).toBe(':AB Metals:CGS');
    expect(inWords(stepped(groups, 'G', -1, all))).toBe(':ABCG Metals:S');
    expect(stepped(groups, 'A', -1, all)).toBe(groups);
    expect(stepped(groups, 'S', 1, all)).toBe(groups);
  });

  it('steps over what is hidden, as the eye sees it', () => {
    expect(inWords(stepped(groups, 'C', -1, new Set(['A', 'C', 'G', 'S'])))).toBe(':CAB Metals:GS');
    expect(inWords(stepped(groups, 'A', 1, new Set(['A', 'C', 'G', 'S'])))).toBe(':BCA Metals:GS');
  });

  it('puts a symbol anywhere, once', () => {
    expect(inWords(placed(groups, 'A', 'Metals', 1))).toBe(':BC Metals:GAS');
    expect(inWords(placed(groups, 'A', '', 2))).toBe(':BCA Metals:GS');
    expect(inWords(placed(groups, 'G', 'Metals', 99))).toBe(':ABC Metals:SG');
  });

  it('gives what is in no group a place at the end of the first', () => {
    expect(inWords(withAll(groups, ['G', 'X', 'A']))).toBe(':ABCX Metals:GS');
    expect(inWords(withAll([], ['X']))).toBe(':X');
  });

  it('takes each name once, and gives the symbols of a dissolved group back', () => {
    expect(withGroup(groups, ' metals ')).toBe(groups);
    expect(withGroup(groups, '  ')).toBe(groups);
    expect(inWords(withGroup(groups, ' My   coins '))).toBe(':ABC Metals:GS My coins:');
    expect(inWords(withoutGroup(groups, 'Metals'))).toBe(':ABCGS');
    expect(withoutGroup(groups, '')).toBe(groups);
  });
});

describe('parseWatchList', () => {
  it('gives back what was kept', () => {
    const kept = { added: ['RY:TSX'], groups };
    expect(parseWatchList(JSON.stringify(kept))).toEqual(kept);
  });

  it.each([null, '', '{', '[]', '7', '{"groups":5,"added":{}}', '{"groups":[null,{"name":1},{"name":"x"}]}'])(
    'takes %j for a list to begin with',
    (text) => {
      const { added, groups: found } = parseWatchList(text);
      expect(added).toEqual([]);
      expect(found[0]).toEqual({ name: '', symbols: [] });
    },
  );

  it('lets no symbol stand twice', () => {
    const twice = {
      groups: [
        { name: '', symbols: ['A', 'A'] },
        { name: 'x', symbols: ['A', 'B'] },
      ],
    };
    expect(inWords(parseWatchList(JSON.stringify(twice)).groups)).toBe(':A x:B');
  });
});

describe('ownSymbols', () => {
  const guest = { ...watched('SOLUSD', 1), pinned: false, analysed: false };

  it("shows the operator's symbols and the user's own, not those of other visitors", () => {
    const server = [watched('BTCUSD', 1), guest];
    expect(ownSymbols(server, []).map(({ symbol }) => symbol)).toEqual(['BTCUSD']);
    expect(ownSymbols(server, ['SOLUSD']).map(({ symbol }) => symbol)).toEqual(['BTCUSD', 'SOLUSD']);
  });

  it('keeps one that the server does not watch now, as pending', () => {
    expect(ownSymbols([watched('BTCUSD', 1)], ['RY:TSX'])[1]).toMatchObject({
      symbol: 'RY:TSX',
      state: 'pending',
    });
  });
});
