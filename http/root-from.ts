/**
 * The relative way from `path` to this server's root: `./` from `/docs`, `../` from `/admin/login`. What a page or a redirect names is
 * written so, because a proxy may serve all of it below a prefix that only the browser sees.
 */
export function rootFrom(path: string): string {
  return '../'.repeat(path.split('/').length - 2) || './';
}
