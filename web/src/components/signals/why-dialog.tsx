import type { Decision } from '../../../../schema/signal.ts';
import { Modal } from '../modal.tsx';
import { ModelNumbers } from './model-numbers.tsx';
import { Reasoning } from './reasoning.tsx';
import { SignalStory } from './signal-story.tsx';

interface Props {
  readonly decision: Decision;
  readonly open: boolean;
  readonly onClose: () => void;
}

/** Why the last close gave no signal: its story up to where it stopped. */
export function WhyDialog({ decision, open, onClose }: Props) {
  const { symbol, timeframe } = decision;
  return (
    <Modal name="why" title={`Why no signal: ${symbol} ${timeframe}`} open={open} onClose={onClose}>
      <div class="settings-body">
        <SignalStory decision={decision} />
        <Reasoning text={decision.reasoning} />
        <ModelNumbers decision={decision} />
      </div>
    </Modal>
  );
}
