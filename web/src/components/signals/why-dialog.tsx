import { useEffect, useRef } from 'preact/hooks';
import type { Decision } from '../../../../schema/signal.ts';
import { Icon } from '../icon.tsx';
import { ModelNumbers } from './model-numbers.tsx';
import { Reasoning } from './reasoning.tsx';
import { SignalStory } from './signal-story.tsx';

interface Props {
  readonly decision: Decision;
  readonly onClose: () => void;
}

/** Why the last close gave no signal: its story up to where it stopped. */
export function WhyDialog({ decision, onClose }: Props) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => dialog.current?.showModal(), []);
  return (
    <dialog ref={dialog} class="settings why" aria-labelledby="why-dialog-title" onClose={onClose}>
      <div class="panel-head">
        <h2 id="why-dialog-title">
          Why no signal: {decision.symbol} {decision.timeframe}
        </h2>
        <button type="button" class="icon-button" onClick={() => dialog.current?.close()}>
          <Icon name="close" />
          <span class="visually-hidden">Close</span>
        </button>
      </div>
      <div class="settings-body">
        <SignalStory decision={decision} />
        <Reasoning text={decision.reasoning} />
        <ModelNumbers decision={decision} />
      </div>
    </dialog>
  );
}
