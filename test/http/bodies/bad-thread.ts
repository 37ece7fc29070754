import type { WindowTask } from '../../../http/bodies/window-thread.ts';

/** For tests: a thread that hangs or dies when it is told to. */
export default function badThread({ bytes }: WindowTask): { received: number } {
  const text = new TextDecoder().decode(bytes);
  if (text === 'hang') for (;;);
  if (text === 'die') process.exit(1);
  return { received: Number(text) };
}
