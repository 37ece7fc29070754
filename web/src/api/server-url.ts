/**
 * The server's address of `path`, which is written as the server sees it (`/signals`): below the folder of this page, since a proxy may
 * serve all of it below a prefix.
 */
export const serverUrl = (path: string): string => new URL(`.${path}`, document.baseURI).href;
