import { catchError, EMPTY, filter, firstValueFrom, timeout } from 'rxjs';
import type { Provider } from '../../streams/provider/open-provider.ts';

/** How long it is waited for, ms. */
const withinMs = 1000;

/** Resolves once the feed has said how its first connection went, or has been silent for a while. Never rejects. To be asked before it begins. */
export async function firstWordOf({ feed$ }: Pick<Provider, 'feed$'>): Promise<void> {
  await firstValueFrom(
    feed$.pipe(
      filter((event) => event.kind === 'state' && event.state !== 'connecting'),
      timeout({ first: withinMs, with: () => EMPTY }),
      catchError(() => EMPTY),
    ),
    { defaultValue: undefined },
  );
}
