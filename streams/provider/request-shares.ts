import type { SchedulerLike } from 'rxjs';

/** How many questions about new symbols the provider gets in a minute, shared among the addresses that ask. */
export interface RequestShares {
  readonly mayAsk: (address: string) => boolean;
  readonly count: (address: string) => void;
}

/** The last third of a minute's requests is for addresses that have asked for little. The empty address stands for the clients of all gateways, so it counts as modest. */
export function createRequestShares(options: {
  readonly clock: SchedulerLike;
  readonly perMinute: number;
}): RequestShares {
  const { clock, perMinute } = options;
  let requests: { readonly at: number; readonly address: string }[] = [];
  return {
    mayAsk: (address) => {
      requests = requests.filter(({ at }) => clock.now() - at < 60_000);
      const own = requests.filter((request) => request.address === address).length;
      const isModest = address === '' || own < perMinute / 6;
      return requests.length < (isModest ? perMinute : Math.ceil((perMinute * 2) / 3));
    },
    count: (address) => void requests.push({ at: clock.now(), address }),
  };
}
