import type { StrategyFault } from '../../models/decision/analysis.ts';
import { ownerOf } from '../../schema/strategies/assignment.ts';
import type { Decision } from '../../schema/signal.ts';

/** How the assignments fare since the start of this process. */
export interface AssignmentStates {
  readonly decided: (decision: Decision) => void;
  readonly failed: (assignment: string, error: unknown) => void;
  /** Why its last analysis failed, or its strategy is asked no more; undefined where it decides. */
  readonly failureOf: (assignment: string) => string | undefined;
  /** Why its strategy is asked no more, by the last decision. */
  readonly stoppedFor: (assignment: string) => string | undefined;
}

export function createAssignmentStates(): AssignmentStates {
  const failures = new Map<string, string>();
  const stopped = new Map<string, string>();
  return {
    decided: (decision) => {
      const { assignment } = ownerOf(decision);
      failures.delete(assignment);
      stopped.delete(assignment);
      const fault = faultOf(decision);
      if (fault?.kind === 'stopped') stopped.set(assignment, fault.message);
    },
    failed: (assignment, error) =>
      void failures.set(assignment, error instanceof Error ? error.message : String(error)),
    failureOf: (assignment) => failures.get(assignment) ?? stopped.get(assignment),
    stoppedFor: (assignment) => stopped.get(assignment),
  };
}

/** Why a strategy was not listened to; see `strategyLineage`. */
const faultOf = ({ lineage }: Decision): StrategyFault | undefined =>
  (lineage['strategy'] as { readonly fault?: StrategyFault } | undefined)?.fault;
