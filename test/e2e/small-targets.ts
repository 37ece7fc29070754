import type { Page } from 'playwright-core';

/**
 * What can be pressed on a page as it stands and has less than 24 by 24 CSS px (WCAG 2.5.8), one line each, as `delivered 45x15`. What
 * stands in a line of text is as high as its line, which the rule allows. Edges between panels are left out: keys move them too.
 */
export const smallTargets = (page: Page): Promise<string[]> =>
  page.evaluate(() => {
    const isWord = (node: Node) => node.nodeType === Node.TEXT_NODE && node.textContent?.trim() !== '';
    const pressed = 'button, a[href], summary, select, input, [role="button"], [role="tab"]';
    return [...document.querySelectorAll<HTMLElement>(pressed)]
      .filter((element) => element.checkVisibility({ opacityProperty: true, visibilityProperty: true }))
      .filter((element) => ![...(element.closest('.word') ?? element).parentElement!.childNodes].some(isWord))
      .flatMap((element) => {
        const { width, height } = element.getBoundingClientRect();
        if (Math.min(width, height) >= 23.99) return [];
        const name = element.getAttribute('aria-label') ?? element.textContent.trim();
        return [`${name} ${width.toFixed(0)}x${height.toFixed(0)}`];
      });
  });
