/** Text that every platform takes: followers' terminals break on braces and double quotes, logs on line breaks. */
export function platformText(text: string): string {
  return text
    .replace(/[{}"]/g, "'")
    .replace(/\p{Cc}+/gu, ' ')
    .trim();
}
