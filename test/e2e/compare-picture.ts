import { existsSync } from 'node:fs';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import pixelmatch from 'pixelmatch';
import { PNG } from 'pngjs';

const approved = join(import.meta.dirname, 'approved');
/** Where a picture that differs is put, beside what was approved and where they differ. Not in the repository. */
const differing = join(import.meta.dirname, '../../node_modules/.cache/anso-vision-pictures');
/** Of all pixels: edges of letters move a little between versions of a browser. */
const mayDiffer = 0.01;
const isApproving = process.env['APPROVE_PICTURES'] !== undefined;

/**
 * Compares a screenshot with the approved one of that name, both at half size. Answers with the share of pixels that differ where
 * that is too much, and with the file to look at. With APPROVE_PICTURES set it is approved instead.
 */
export async function differenceFrom(name: string, screenshot: Buffer): Promise<string | undefined> {
  const now = halved(PNG.sync.read(screenshot));
  const file = join(approved, `${name}.png`);
  if (isApproving) {
    await mkdir(approved, { recursive: true });
    const isNew = !existsSync(file) || shareOf(now, PNG.sync.read(await readFile(file))).share > 0;
    if (isNew) await writeFile(file, PNG.sync.write(now, { colorType: 2 }));
    return undefined;
  }
  const places = { now: join(differing, `${name}.png`), where: join(differing, `${name}-differs.png`) };
  await Promise.all(Object.values(places).map((place) => rm(place, { force: true })));
  const before = existsSync(file) ? PNG.sync.read(await readFile(file)) : undefined;
  const { share, picture } = before === undefined ? { share: 1, picture: now } : shareOf(now, before);
  if (share <= mayDiffer) return undefined;
  await mkdir(differing, { recursive: true });
  await writeFile(places.now, PNG.sync.write(now));
  await writeFile(places.where, PNG.sync.write(picture));
  return `${name}: ${(100 * share).toFixed(2)} % of its pixels are not as approved: see ${places.where}`;
}

function shareOf(now: PNG, before: PNG): { share: number; picture: PNG } {
  const { width, height } = now;
  if (before.width !== width || before.height !== height) return { share: 1, picture: now };
  const picture = new PNG({ width, height });
  const count = pixelmatch(before.data, now.data, picture.data, width, height, { threshold: 0.2 });
  return { share: count / (width * height), picture };
}

/** Each four pixels as one: a quarter of the bytes, and edges of letters weigh less. */
function halved({ data, width, height }: PNG): PNG {
  const half = new PNG({ width: width >> 1, height: height >> 1 });
  for (let y = 0; y < half.height; y++)
    for (let x = 0; x < half.width; x++)
      for (let channel = 0; channel < 4; channel++) {
        const at = 4 * (2 * y * width + 2 * x) + channel;
        const sum = data[at]! + data[at + 4]! + data[at + 4 * width]! + data[at + 4 * width + 4]!;
        half.data[4 * (y * half.width + x) + channel] = sum >> 2;
      }
  return half;
}
