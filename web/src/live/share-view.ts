import { notify } from '../state/notices.ts';

/** Hands the link to what the page shows to whoever the browser offers; where it offers nobody, copies it and says so. */
export async function shareView(title: string): Promise<void> {
  const url = location.href;
  // Undefined on pages without TLS, whatever the types say.
  const browser = navigator as { share?: typeof navigator.share; clipboard?: Clipboard };
  if (browser.share !== undefined) {
    try {
      await browser.share.call(navigator, { title, url });
      return;
    } catch (error) {
      // The user has closed the sheet.
      if (error instanceof DOMException && error.name === 'AbortError') return;
    }
  }
  const isCopied = await copy(url, browser.clipboard);
  notify({
    tone: 'calm',
    title: isCopied ? 'Link copied' : 'The link could not be copied',
    body: isCopied ? 'It opens this symbol, timeframe, signal and range.' : url,
    signalId: null,
  });
}

async function copy(text: string, clipboard: Clipboard | undefined): Promise<boolean> {
  try {
    if (clipboard === undefined) return copyBySelection(text);
    await clipboard.writeText(text);
    return true;
  } catch {
    return copyBySelection(text);
  }
}

/** The way of pages without TLS, which have no clipboard. */
function copyBySelection(text: string): boolean {
  const field = document.createElement('textarea');
  field.value = text;
  field.className = 'visually-hidden';
  document.body.append(field);
  const before = document.activeElement;
  field.select();
  try {
    return document.execCommand('copy');
  } catch {
    return false;
  } finally {
    field.remove();
    if (before instanceof HTMLElement) before.focus();
  }
}
