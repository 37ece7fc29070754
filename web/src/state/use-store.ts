import { useEffect, useReducer, useRef } from 'preact/hooks';
import type { Store } from './create-store.ts';

/** What `select` sees in the store; the component is drawn again only when that is another value (`Object.is`). */
export function useStore<T, S>(store: Store<T>, select: (state: T) => S): S {
  const selected = select(store.get());
  const latest = useRef({ select, selected });
  latest.current = { select, selected };
  const [, redraw] = useReducer((n: number) => n + 1, 0);
  useEffect(() => {
    const check = () => {
      const { select, selected } = latest.current;
      if (!Object.is(select(store.get()), selected)) redraw(undefined);
    };
    check();
    return store.subscribe(check);
  }, [store]);
  return selected;
}
