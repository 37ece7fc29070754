import type { ComponentChildren } from 'preact';

/** What a step of the story says. */
export interface StepWords {
  readonly title: ComponentChildren;
  readonly body: ComponentChildren;
  readonly tone?: 'up' | 'down' | 'open' | 'flat' | undefined;
}
