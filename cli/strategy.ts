import { loadConfig } from '../app/configuration/read-config.ts';
import { strategyDirs } from '../app/strategies/strategy-dirs.ts';
import { command, UsageError } from './command.ts';
import { checkCommand, checkOptions } from './strategy/check-command.ts';
import { listCommand } from './strategy/list-command.ts';
import { newCommand } from './strategy/new-command.ts';

const help = `Usage: npm run strategy -- list
       npm run strategy -- new NAME
       npm run strategy -- check [NAME] [options]

Lists the strategies of this server, writes a first file of a new one, or checks one, without a name each that comes with the
server: that it answers, that it answers the same again, that it does not know the future, how much it hangs on its window's
length, its levels after cost, and what it costs. Exit code 0 where it may run, 1 where it may not.

  --params JSON    parameters to check with (default: its own)
  --candles FILE   candles to check on, as in npm run backtest (default: a market of the server's own making)
  --zone Z         of times that name none, as in npm run backtest
  --symbol S       whose candles they are (default: BTC/USD)
  --timeframe T    its own timeframe (default: 1h)
  --cost-bps N     of the round trip (default: 2)
  --decisions N    closes to decide on (default: 400)`;

await command({ help, options: checkOptions, positionals: { min: 1, max: 2 } }, (values, [action, name]) => {
  const { config } = loadConfig();
  const dirs = strategyDirs(config);
  if (action === 'list' && name === undefined) return listCommand(dirs, config);
  if (action === 'new' && name !== undefined) return newCommand(dirs, name);
  if (action === 'check') return checkCommand(dirs, config, name, values);
  throw new UsageError('list, new NAME or check [NAME] is needed');
});
