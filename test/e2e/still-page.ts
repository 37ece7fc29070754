import { readFile } from 'node:fs/promises';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { openPage } from './browser.ts';

/** The letters of every machine: those that the page asks for differ between systems. */
const faces = {
  '--face': ['Arimo', '@fontsource/arimo/files/arimo-latin'],
  '--face-narrow': ['Roboto Condensed', '@fontsource/roboto-condensed/files/roboto-condensed-latin'],
  '--face-code': ['Roboto Condensed', '@fontsource/roboto-condensed/files/roboto-condensed-latin'],
} as const;
const weights = [400, 600, 700];

/** A page whose clock stands at `now` (Unix ms), whose letters are ours and in which nothing moves by itself. */
export async function openStillPage(
  browser: Browser,
  url: string,
  now: number,
  options: BrowserContextOptions = {},
): Promise<Page> {
  const letters = await Promise.all(
    [...new Map(Object.values(faces))].flatMap(([family, file]) =>
      weights.map(async (weight) => ({
        family,
        weight: String(weight),
        base64: (await readFile(new URL(import.meta.resolve(`${file}-${weight}-normal.woff2`)))).toString(
          'base64',
        ),
      })),
    ),
  );
  const { page } = await openPage(browser, 'about:blank', {
    reducedMotion: 'reduce',
    timezoneId: 'UTC',
    locale: 'en-GB',
    ...options,
  });
  await page.clock.setFixedTime(now);
  await page.addInitScript(
    ([fonts, properties]) => {
      for (const { family, weight, base64 } of fonts) {
        const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
        document.fonts.add(new FontFace(family, bytes, { weight }));
      }
      const dress = () => {
        for (const [property, family] of properties)
          document.documentElement.style.setProperty(property, `"${family}", sans-serif`);
      };
      if (document.documentElement !== null) dress();
      document.addEventListener('readystatechange', dress);
    },
    [letters, Object.entries(faces).map(([property, [family]]) => [property, family] as const)] as const,
  );
  await page.goto(url);
  return page;
}
