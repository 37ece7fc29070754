import { useLayoutEffect, useRef } from 'preact/hooks';
import { help } from '../../state/help.ts';
import { select } from '../../state/selection.ts';
import { settings } from '../../state/settings.ts';
import { placeNear } from './place-near.ts';
import { tourStops, type TourStop } from './tour-stops.ts';

const go = (step: number) => help.update((now) => ({ ...now, step }));

/** Closes it for good: it is remembered, and opened again from the settings only. */
function dismiss(): void {
  settings.update((chosen) => ({ ...chosen, toured: true }));
  help.update((now) => ({ ...now, step: null }));
  select({ view: 'chart' });
  document.querySelector<HTMLElement>('#chart')?.focus({ preventScroll: true });
}

/** A stop of the first minute: a ring around the part it tells of, and a card beside it. The page goes on working. */
export function TourCard({ step, stop }: { readonly step: number; readonly stop: TourStop }) {
  const card = useRef<HTMLElement>(null);
  const ring = useRef<HTMLDivElement>(null);
  const title = useRef<HTMLHeadingElement>(null);
  useLayoutEffect(() => {
    select({ view: stop.view });
    const place = () => {
      const part = document.querySelector(stop.part);
      if (part !== null && card.current !== null && ring.current !== null)
        placeNear(part, card.current, ring.current);
    };
    // The part grows and shrinks as its data come.
    const resized = new ResizeObserver(place);
    // A phone shows the part only once the page has been drawn with the view.
    const frame = requestAnimationFrame(() => {
      const part = document.querySelector(stop.part);
      part?.scrollIntoView({ block: 'nearest' });
      place();
      if (part !== null) resized.observe(part);
      title.current?.focus({ preventScroll: true });
    });
    addEventListener('resize', place);
    addEventListener('scroll', place, { capture: true, passive: true });
    return () => {
      cancelAnimationFrame(frame);
      resized.disconnect();
      removeEventListener('resize', place);
      removeEventListener('scroll', place, { capture: true });
    };
  }, [stop]);
  const last = step === tourStops.length - 1;
  return (
    <>
      <div ref={ring} class="tour-ring" aria-hidden="true" />
      <section
        ref={card}
        class="tour-card"
        role="dialog"
        aria-labelledby="tour-title"
        aria-describedby="tour-text"
        onKeyDown={(event) => event.key === 'Escape' && dismiss()}
      >
        <p class="panel-note">
          The first minute, {step + 1} of {tourStops.length}
        </p>
        <h2 id="tour-title" ref={title} tabIndex={-1}>
          {stop.title}
        </h2>
        <p id="tour-text">{stop.text}</p>
        <div class="tour-buttons">
          {step > 0 && (
            <button type="button" class="button" onClick={() => go(step - 1)}>
              Back
            </button>
          )}
          {!last && (
            <button type="button" class="button tour-next" onClick={() => go(step + 1)}>
              Next
            </button>
          )}
          <button type="button" class={`button ${last ? 'tour-next' : ''}`} onClick={dismiss}>
            {last ? 'Done' : 'Do not show again'}
          </button>
        </div>
      </section>
    </>
  );
}
