import { stopWhileLoading } from './app/stop-while-loading.ts';

// Before the other modules load, which takes most of a start: a supervisor may change its mind meanwhile.
stopWhileLoading();
await import('./serve.ts');
