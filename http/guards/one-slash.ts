/**
 * A target that begins with one slash only: a proxy that takes a prefix without its slash away (nginx: `location /anso` with
 * `proxy_pass http://…/`) leaves two.
 */
export const withOneSlash = (url: string): string => url.replace(/^\/{2,}/, '/');
