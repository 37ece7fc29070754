import type { Timeframe } from '../../../../schema/timeframe.ts';
import {
  bounded,
  kindOf,
  kinds,
  titleOf,
  usual,
  type Indicator,
  type KindName,
} from '../../chart/indicators/kinds.ts';
import { chartData, type Bar } from '../../state/chart/candles.ts';
import { indicators, indicatorsOf, mostIndicators, setIndicators } from '../../state/chart/indicators.ts';
import { useStore } from '../../state/use-store.ts';
import { Icon } from '../icon.tsx';
import { Modal } from '../modal.tsx';

interface Props {
  readonly symbol: string;
  readonly timeframe: Timeframe;
  readonly open: boolean;
  readonly onClose: () => void;
}

/** Chooses the indicators of one chart. They hold at once and are kept in this browser. */
export function IndicatorDialog({ symbol, timeframe, open, onClose }: Props) {
  return (
    <Modal name="indicators" title={`Indicators of ${symbol} ${timeframe}`} open={open} onClose={onClose}>
      <Choices symbol={symbol} timeframe={timeframe} />
    </Modal>
  );
}

function Choices({ symbol, timeframe }: Pick<Props, 'symbol' | 'timeframe'>) {
  const chosen = useStore(indicators, (all) => indicatorsOf(all, symbol, timeframe));
  const noVwap = useStore(chartData, (shown) => whyNoVwap(shown?.bars ?? []));
  const set = (list: readonly Indicator[]) => setIndicators(symbol, timeframe, list);
  return (
    <div class="settings-body">
      {chosen.length > 0 && (
        <ul class="indicator-list" aria-label="On this chart">
          {chosen.map((indicator, i) => (
            <Row
              key={i}
              indicator={indicator}
              onChange={(next) => set(chosen.with(i, next))}
              onRemove={() => set(chosen.toSpliced(i, 1))}
            />
          ))}
        </ul>
      )}
      <ul class="indicator-list" aria-label="To add">
        {(Object.keys(kinds) as KindName[]).map((kind) => {
          const reason = kind === 'vwap' ? noVwap : null;
          return (
            <li key={kind} class="indicator-kind">
              <div>
                <strong>{kinds[kind].label}</strong>
                <p class="panel-note">{reason ?? kinds[kind].sentence}</p>
              </div>
              <button
                type="button"
                class="button"
                disabled={reason !== null || chosen.length >= mostIndicators}
                aria-label={`Add ${kinds[kind].label}`}
                onClick={() => set([...chosen, usual(kind)])}
              >
                Add
              </button>
            </li>
          );
        })}
      </ul>
      {chosen.length >= mostIndicators && <p class="panel-note">A chart has room for {mostIndicators}.</p>}
    </div>
  );
}

interface RowProps {
  readonly indicator: Indicator;
  readonly onChange: (next: Indicator) => void;
  readonly onRemove: () => void;
}

function Row({ indicator, onChange, onRemove }: RowProps) {
  const { parameters, short } = kindOf(indicator);
  return (
    <li class="indicator-row">
      <strong>{short}</strong>
      {parameters.map((parameter, i) => (
        <label key={parameter.label} class="indicator-parameter">
          <span>{parameter.label}</span>
          <input
            type="number"
            min={parameter.least}
            max={parameter.most}
            step={parameter.step}
            value={indicator.values[i]}
            title={`From ${parameter.least} to ${parameter.most}`}
            onChange={(event) => {
              const value = bounded(parameter, event.currentTarget.valueAsNumber);
              event.currentTarget.value = String(value);
              onChange({ ...indicator, values: indicator.values.with(i, value) });
            }}
          />
        </label>
      ))}
      <button type="button" class="icon-button" onClick={onRemove}>
        <Icon name="close" />
        <span class="visually-hidden">Remove {titleOf(indicator)}</span>
      </button>
    </li>
  );
}

/** Bars looked at for what their volume counts. */
const looked = 100;

/** Why a volume-weighted price would mean nothing here; null where it does. */
function whyNoVwap(bars: readonly Bar[]): string | null {
  const last = bars.filter(({ closed }) => closed).slice(-looked);
  const traded = last.filter(({ volume_kind }) => volume_kind === 'traded').length;
  if (last.length > 0 && traded >= last.length / 2) return null;
  return 'Not offered here: the volume of this chart counts received ticks, or nothing, and not units traded. Weights need real volume.';
}
