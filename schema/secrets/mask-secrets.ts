import { decodedLayer, type Layer, plainLayer } from './decoded-layer.ts';
import type { Secret } from './secret.ts';
import { secretParts } from './secret-parts.ts';

/** How often a text is decoded: twice percent-encoded JSON inside HTML is four. */
const mostLayers = 5;
/** Base64 or hex of base64 or hex. */
const mostDepth = 2;

/**
 * Replaces each secret in a text by `***`, in whatever form it stands there: plain, percent-encoded (also twice and more), escaped as
 * in JSON or HTML, as base64 (also as a part of more, as in `Basic …`) or as hex; upper and lower case alike.
 */
export function secretMask(secrets: Iterable<Secret>): (text: string) => string {
  const parts = secretParts(secrets).sort((a, b) => b.length - a.length);
  if (parts.length === 0) return (text) => text;
  const forms = new Set(
    parts.flatMap((part) => [part, part.replaceAll(' ', '+'), Buffer.from(part).toString('latin1')]),
  );
  const needle = new RegExp([...forms].map(escaped).join('|'), 'gi');
  return (text) => withoutSpans(text, spansOf(text, needle, 0));
}

type Span = readonly [from: number, to: number];

function spansOf(text: string, needle: RegExp, depth: number): Span[] {
  const spans: Span[] = [];
  let layer: Layer | undefined = plainLayer(text);
  for (let n = 0; n < mostLayers && layer !== undefined; n++) {
    const { text: read, starts, ends } = layer;
    const add = (found: number, to: number) => {
      const from = isEscaped(read, found) ? found - 1 : found;
      spans.push([starts?.[from] ?? from, ends?.[to - 1] ?? to]);
    };
    for (const { index, 0: found } of read.matchAll(needle)) add(index, index + found.length);
    if (depth < mostDepth)
      for (const { index, 0: run } of read.matchAll(runs))
        if (
          notSmall.test(run) &&
          unpacked(run).some((inside) => spansOf(inside, needle, depth + 1).length > 0)
        )
          add(index, index + run.length);
    layer = decodedLayer(layer);
  }
  return spans;
}

/** Does a backslash before it belong to it, as in the `\\n` that a run of base64 seems to begin with? Alone it would spoil the JSON around it. */
function isEscaped(text: string, at: number): boolean {
  let from = at;
  while (text[from - 1] === '\\') from--;
  return (at - from) % 2 === 1;
}

/** What may be base64, in either alphabet, or hex. Neither is written with small letters alone. */
const runs = /[A-Za-z\d+/_-]{6,}={0,2}/g;
const notSmall = /[A-Z\d]/;

/** What a run may stand for: base64 from each of its first four characters, because others may be written before it, or hex. */
function unpacked(run: string): string[] {
  const texts = [0, 1, 2, 3].map((from) => Buffer.from(run.slice(from), 'base64').toString('latin1'));
  for (const hex of run.match(/[\da-f]{8,}/gi) ?? [])
    for (const from of [0, 1]) texts.push(Buffer.from(hex.slice(from), 'hex').toString('latin1'));
  return texts;
}

function withoutSpans(text: string, spans: Span[]): string {
  let clean = '';
  let at = 0;
  for (const [from, to] of spans.sort((a, b) => a[0] - b[0])) {
    if (to <= at) continue;
    if (from > at) clean += text.slice(at, from);
    if (from >= at) clean += '***';
    at = to;
  }
  return clean + text.slice(at);
}

const escaped = (text: string): string => text.replaceAll(/[\\^$.*+?()[\]{}|/-]/g, String.raw`\$&`);
