import type { PerformanceAnswer } from '../../../schema/performance.ts';
import type { StrategiesAnswer } from '../../../schema/strategies/listed-strategies.ts';
import { isUsual } from '../format/whose.ts';
import { createStore } from './create-store.ts';
import type { Asked } from './server.ts';

/** What `/strategies` answered last. */
export const strategies = createStore<Asked<StrategiesAnswer>>({ data: null, error: null });

/** How each assignment did, by its id, as far as it was asked for. */
export const assignmentResults = createStore<ReadonlyMap<string, PerformanceAnswer>>(new Map());

/** Is there more than the built-in rule on everything, live? Without it the page has nothing to say of strategies. */
export const hasOthers = ({ data }: Asked<StrategiesAnswer>): boolean =>
  data !== null &&
  (data.strategies.length > 1 ||
    data.assignments.length > 1 ||
    data.assignments.some(({ id, mode }) => !isUsual({ assignment: id, mode })));

/** Is an assignment there whose signals no feed has? */
export const hasApart = ({ data }: Asked<StrategiesAnswer>): boolean =>
  data?.assignments.some(({ mode }) => mode !== 'live') === true;

/** Is the list of strategies shown? */
export const strategiesShown = createStore(false);
