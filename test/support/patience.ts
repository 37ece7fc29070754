import { availableParallelism, loadavg } from 'node:os';

/**
 * How many times longer than on a quiet machine things may take now: how many programs want a core that there is. At least 1. A
 * bound that a test asks for in time is multiplied by it, so that it holds on a busy machine and means something on a quiet one.
 */
export const patience = (): number => Math.max(1, loadavg()[0]! / availableParallelism());
