import { ownerOf } from '../../schema/strategies/assignment.ts';
import type { Decision } from '../../schema/signal.ts';

/** How the assignments fare since the start of this process. */
export interface AssignmentStates {
  readonly decided: (decision: Decision) => void;
  readonly failed: (assignment: string, error: unknown) => void;
  /** Why its last analysis failed; undefined where that did not. */
  readonly failureOf: (assignment: string) => string | undefined;
}

export function createAssignmentStates(): AssignmentStates {
  const failures = new Map<string, string>();
  return {
    decided: (decision) => void failures.delete(ownerOf(decision).assignment),
    failed: (assignment, error) =>
      void failures.set(assignment, error instanceof Error ? error.message : String(error)),
    failureOf: (assignment) => failures.get(assignment),
  };
}
