import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { Router } from '@koa/router';
import { send } from '@koa/send';
import { rootFrom } from '../root-from.ts';

const files = new Set(['swagger-ui.css', 'swagger-ui-bundle.js', 'favicon-32x32.png']);

/** The API documents, and a page to read and try them, which asks nothing of other hosts. */
export function docs(openApi: object, asyncApi: object): Router {
  const root = dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json'));
  const documents = { '/openapi.json': JSON.stringify(openApi), '/asyncapi.json': JSON.stringify(asyncApi) };
  const router = new Router();
  for (const [path, text] of Object.entries(documents)) {
    router.get(path, (ctx) => {
      ctx.type = 'json';
      ctx.body = text;
    });
  }
  router.get('/docs', (ctx) => {
    ctx.type = 'html';
    ctx.body = page(`${rootFrom(ctx.path)}docs/`);
  });
  router.get('/docs/start.js', (ctx) => {
    ctx.type = 'js';
    ctx.body = start;
  });
  router.get('/docs/:file', async (ctx, next) => {
    const { file } = ctx.params;
    if (file === undefined || !files.has(file)) await next();
    else await send(ctx, file, { root, maxage: 3_600_000 });
  });
  return router;
}

const page = (folder: string) => `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Anso Vision: API</title>
<link rel="icon" href="${folder}favicon-32x32.png">
<link rel="stylesheet" href="${folder}swagger-ui.css"></head>
<body><div id="page"></div>
<script src="${folder}swagger-ui-bundle.js"></script><script src="${folder}start.js"></script></body></html>
`;

/** Swagger UI has a dark side, which only its own top bar turns to. */
const start = `const dark = matchMedia('(prefers-color-scheme: dark)');
const dress = () => document.documentElement.classList.toggle('dark-mode', dark.matches);
dark.addEventListener('change', dress);
dress();
SwaggerUIBundle({
  url: new URL('../openapi.json', document.currentScript.src).href,
  dom_id: '#page',
  validatorUrl: null,
  deepLinking: true,
  presets: [SwaggerUIBundle.presets.apis],
  queryConfigEnabled: false,
});
`;
