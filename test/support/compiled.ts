/**
 * Where programs that a test starts find their modules compiled, as `npm start` keeps them: without it each start takes the processor for twice
 * as long.
 */
export const compiled = new URL('../../node_modules/.cache/anso-vision', import.meta.url).pathname;
