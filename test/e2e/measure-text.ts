import type { Page } from 'playwright-core';

/**
 * What is wrong with the texts of a page as it stands: those that another text covers or that are cut off without an ellipsis or
 * a way to scroll, numbers on two lines, and texts that an ellipsis shortens where no title has all of them. One line each, as
 * `overlap: "Entry" and "64,218.40"`.
 */
export const textFaults = (page: Page): Promise<string[]> =>
  page.evaluate(() => {
    interface Piece {
      readonly element: Element;
      readonly text: string;
      readonly box: DOMRect;
    }
    /** Lines of text may touch. */
    const slack = 2;
    const faults: string[] = [];

    /** The part of a box that its ancestors let through; whether one of them hides the rest for good. */
    const shown = (element: Element, box: DOMRect) => {
      let [left, right, top, bottom] = [box.left, box.right, box.top, box.bottom];
      let isCut = false;
      for (let around: Element | null = element; around !== null; around = around.parentElement) {
        const style = getComputedStyle(around);
        const isContained = /strict|content|paint/.test(style.contain);
        if (!isContained && style.overflowX === 'visible' && style.overflowY === 'visible') continue;
        const frame = around.getBoundingClientRect();
        // Small boxes with clipped content are for screen readers alone.
        if (frame.width <= 2 || frame.height <= 2) return undefined;
        const isOutX = left < frame.left - slack || right > frame.right + slack;
        if (
          isOutX &&
          style.overflowX !== 'auto' &&
          style.overflowX !== 'scroll' &&
          style.textOverflow !== 'ellipsis'
        )
          isCut = true;
        left = Math.max(left, frame.left);
        right = Math.min(right, frame.right);
        top = Math.max(top, frame.top);
        bottom = Math.min(bottom, frame.bottom);
        // What a scrolled ancestor hides is no fault, whoever else would cut it.
        if (right - left <= 1 || bottom - top <= 1) return undefined;
        if (style.overflowX === 'auto' || style.overflowX === 'scroll' || style.textOverflow === 'ellipsis') {
          if (isCut) return { box: new DOMRect(left, top, right - left, bottom - top), isCut };
        }
      }
      if (right <= 0 || bottom <= 0 || left >= innerWidth || top >= innerHeight) return undefined;
      if (right > innerWidth + slack || left < -slack) isCut = true;
      return { box: new DOMRect(left, top, right - left, bottom - top), isCut };
    };

    const wordsOf = (element: Element) => element.textContent.replaceAll(/\s+/g, ' ').trim();
    for (const element of document.querySelectorAll<HTMLElement>('body *')) {
      if (element.scrollWidth <= element.clientWidth + 1) continue;
      const { textOverflow, overflowX } = getComputedStyle(element);
      if (textOverflow !== 'ellipsis' || overflowX === 'visible') continue;
      if (!element.checkVisibility({ opacityProperty: true, visibilityProperty: true })) continue;
      const title = element.closest('[title]')?.getAttribute('title') ?? '';
      const words = wordsOf(element);
      if (words !== '' && !title.includes(words))
        faults.push(
          `shortened, not in its title: ${JSON.stringify(words.slice(0, 60))} in .${element.className}`,
        );
    }

    const pieces: Piece[] = [];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
      const element = node.parentElement;
      const text = node.textContent?.trim() ?? '';
      if (element === null || text === '') continue;
      if (!element.checkVisibility({ opacityProperty: true, visibilityProperty: true })) continue;
      if (element.closest('script, style, option, [inert], svg, canvas') !== null) continue;
      const range = document.createRange();
      range.selectNodeContents(node);
      const boxes = [...range.getClientRects()];
      if (boxes.length > 1 && /^[+−]?[\d.,]+$/.test(text))
        faults.push(`broken: ${text} in .${element.className}`);
      for (const box of boxes) {
        const seen = shown(element, box);
        if (seen === undefined) continue;
        if (seen.isCut) faults.push(`cut: ${JSON.stringify(text.slice(0, 60))} in .${element.className}`);
        pieces.push({ element, text, box: seen.box });
      }
    }

    const isCovered = (lower: Element, upper: Element): boolean => {
      for (let at: Element | null = upper; at !== null && !at.contains(lower); at = at.parentElement) {
        const { backgroundColor, backgroundImage } = getComputedStyle(at);
        if (backgroundImage !== 'none' || !/^rgba\(.*, 0\)$|^transparent$/.test(backgroundColor)) return true;
      }
      return false;
    };
    pieces.sort((a, b) => a.box.top - b.box.top);
    for (const [i, a] of pieces.entries()) {
      for (let j = i + 1; j < pieces.length; j++) {
        const b = pieces[j]!;
        if (b.box.top > a.box.bottom - slack) break;
        if (a.element === b.element) continue;
        const left = Math.max(a.box.left, b.box.left);
        const right = Math.min(a.box.right, b.box.right);
        const top = Math.max(a.box.top, b.box.top);
        const bottom = Math.min(a.box.bottom, b.box.bottom);
        if (right - left <= slack || bottom - top <= slack) continue;
        const stack = document.elementsFromPoint((left + right) / 2, (top + bottom) / 2);
        const [atA, atB] = [stack.indexOf(a.element), stack.indexOf(b.element)];
        // One that cannot be met there is under something else.
        if (atA < 0 || atB < 0) continue;
        const [upper, lower] = atA < atB ? [a, b] : [b, a];
        if (isCovered(lower.element, upper.element)) continue;
        faults.push(
          `overlap: ${JSON.stringify(a.text.slice(0, 40))} and ${JSON.stringify(b.text.slice(0, 40))}`,
        );
      }
    }
    return [...new Set(faults)];
  });
