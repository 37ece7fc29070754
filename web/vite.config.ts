import { defineConfig } from 'vite';
import { precompress } from './precompress.ts';

const server = 'http://127.0.0.1:8080';

/** The page as the server serves it: nothing inlined, so that `default-src 'self'` is policy enough. */
export default defineConfig({
  // A proxy may serve the page below a prefix.
  base: './',
  plugins: [precompress()],
  build: {
    target: 'es2022',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
  },
  server: {
    // `vite web` beside a running server: the page reloads on change, the data is real.
    proxy: {
      '^/(health|ready|symbols|candles|signals|performance|withheld|analyze|api|admin|docs)': server,
      '/ws': { target: server, ws: true },
    },
  },
});
