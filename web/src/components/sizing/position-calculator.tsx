import { useId, useState } from 'preact/hooks';
import type { Signal } from '../../../../schema/signal.ts';
import { decimalsOf } from '../../../../schema/symbol/price-decimals.ts';
import { formatNumber } from '../../format/price.ts';
import { sizing } from '../../state/sizing.ts';
import { useStore } from '../../state/use-store.ts';
import { contractOf, type Contract } from './contract-of.ts';
import { fieldFault, positionSize, sizeFields, type PositionSize } from './position-size.ts';

/** How large a position may be so that its stop costs no more than the user accepts, and what that assumes. */
export function PositionCalculator({ signal }: { readonly signal: Signal }) {
  const { symbol, entry, tp, sl } = signal;
  const contract = contractOf(symbol);
  const own = useStore(sizing, (kept) => kept);
  const [rate, setRate] = useState('1');
  const [unitsPerLot, setUnits] = useState(String(contract.unitsPerLot));
  const [step, setStep] = useState(String(contract.step));
  if (tp === null || sl === null) return null;
  const quote = contract.quote ?? 'of its currency';
  const size = positionSize({ ...own, rate, unitsPerLot, step, entry, sl, tp });
  const keep = (change: Partial<typeof own>) => sizing.update((now) => ({ ...now, ...change }));
  return (
    <details class="position-size">
      <summary>Position size</summary>
      <form aria-label="Position size" onSubmit={(event) => event.preventDefault()}>
        <Field of="account" label="Account" value={own.account} onType={(account) => keep({ account })} />
        <Field of="risk" label="Risk, %" value={own.risk} onType={(risk) => keep({ risk })} />
        <Field of="rate" label={`1 ${quote} in the account’s currency`} value={rate} onType={setRate} />
        <Field of="unitsPerLot" label={`A lot, ${contract.unit}`} value={unitsPerLot} onType={setUnits} />
        <Field of="step" label="Smallest lot" value={step} onType={setStep} />
      </form>
      <div class="position-answer" role="status">
        {typeof size === 'string' ? (
          <p class="tone-lost">{size}</p>
        ) : (
          <Answer
            size={size}
            contract={contract}
            symbol={symbol}
            entry={entry}
            distance={Math.abs(entry - sl)}
          />
        )}
      </div>
      <p class="figure-note">
        {Number(rate) === 1 && `Assumes an account in ${contract.quote ?? 'the currency of the price'}. `}
        Rounded down to the smallest lot. Spread, commission, swap and slippage come on top, and a gap can
        pass the stop: the loss can be larger. Contracts differ by broker. What is typed here stays in this
        browser.
      </p>
    </details>
  );
}

function Field({
  of,
  label,
  value,
  onType,
}: {
  readonly of: keyof typeof sizeFields;
  readonly label: string;
  readonly value: string;
  readonly onType: (text: string) => void;
}) {
  const id = useId();
  const { least, most } = sizeFields[of];
  return (
    <label class="position-field" for={id}>
      <span>{label}</span>
      <input
        id={id}
        type="number"
        inputMode="decimal"
        min={least}
        max={most}
        step="any"
        value={value}
        aria-invalid={fieldFault(of, value) !== null}
        onInput={({ currentTarget }) => onType(currentTarget.value)}
      />
    </label>
  );
}

function Answer({
  size,
  contract: { unit, pip },
  symbol,
  entry,
  distance,
}: {
  readonly size: PositionSize;
  readonly contract: Contract;
  readonly symbol: string;
  readonly entry: number;
  readonly distance: number;
}) {
  const pips = pip === null ? '' : `, ${formatNumber(distance / pip, 1)} pips`;
  const rows = [
    ['Size', size.lots === 1 ? '1 lot' : `${trim(size.lots)} lots`],
    ['That is', `${trim(size.units)} ${unit}`],
    ['Stop away', `${formatNumber(distance, decimalsOf(symbol, entry))}${pips}`],
    ['Loss at the stop', `${formatNumber(size.loss, 2)} of ${formatNumber(size.atRisk, 2)} allowed`],
    ['Gain at the target', formatNumber(size.gain, 2)],
    ['Worth', `${formatNumber(size.worth, 2)}, ${formatNumber(size.leverage, 2)} × the account`],
  ] as const;
  return (
    <dl class="pairs">
      {rows.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

/** As many decimals as the number has, at most eight. */
const trim = (value: number) => value.toLocaleString('en', { maximumFractionDigits: 8 });
