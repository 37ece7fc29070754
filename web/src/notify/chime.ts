let context: AudioContext | null = null;

/** Browsers keep a page silent until it is touched: the first touch opens the sound. Returns what stops listening. */
export function unlockSound(): () => void {
  const unlock = () => {
    context ??= new AudioContext();
    void context.resume();
  };
  addEventListener('pointerdown', unlock, { passive: true });
  addEventListener('keydown', unlock);
  return () => {
    removeEventListener('pointerdown', unlock);
    removeEventListener('keydown', unlock);
    void context?.close();
    context = null;
  };
}

/** Two soft notes, rising for BUY, falling for SELL. Silent on a page nobody has touched yet. */
export function chime(side: 'BUY' | 'SELL'): void {
  if (context?.state !== 'running') return;
  const [first, second] = side === 'BUY' ? [523.25, 783.99] : [783.99, 523.25];
  note(context, first, 0);
  note(context, second, 0.16);
}

function note(audio: AudioContext, hertz: number, afterSeconds: number): void {
  const start = audio.currentTime + afterSeconds;
  const gain = audio.createGain();
  gain.gain.setValueAtTime(0, start);
  gain.gain.linearRampToValueAtTime(0.14, start + 0.015);
  gain.gain.exponentialRampToValueAtTime(0.0001, start + 0.5);
  gain.connect(audio.destination);
  const tone = audio.createOscillator();
  tone.type = 'triangle';
  tone.frequency.value = hertz;
  tone.connect(gain);
  tone.start(start);
  tone.stop(start + 0.55);
}
