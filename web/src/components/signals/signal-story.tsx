import type { Decision, Signal } from '../../../../schema/signal.ts';
import { formatDuration } from '../../format/duration.ts';
import { storyOf, type StoryStep } from '../../format/story.ts';
import { formatTime } from '../../format/time.ts';
import { decisionStep } from './decision-step.tsx';
import { signalStep } from './signal-step.tsx';
import type { StepWords } from './step-words.ts';

/** A decision from its candle's close to its end, or to where it stopped: each step with its time and how long it took. */
export function SignalStory({ decision }: { readonly decision: Signal | Decision }) {
  return (
    <ol class="story">
      {storyOf(decision).map((step) => (
        <Step key={step.name} step={step} words={wordsOf(step.name, decision)} />
      ))}
    </ol>
  );
}

const wordsOf = (name: StoryStep['name'], decision: Signal | Decision): StepWords =>
  decisionStep(name, decision) ?? signalStep(name, decision as Signal);

function Step({ step, words }: { readonly step: StoryStep; readonly words: StepWords }) {
  return (
    <li class={`story-step story-${words.tone ?? 'plain'}`}>
      <div class="story-head">
        <strong>{words.title}</strong>
        {step.at !== null && <time>{formatTime(step.at, 'clock')}</time>}
        {step.after !== null && <span class="story-after">{formatDuration(step.after)} later</span>}
      </div>
      {words.body}
    </li>
  );
}
