// @ts-check
// The chime of a call: the same on the screens and on the phone.

// Two falling tones, a soft "ding dong": hertz, seconds after the beginning, seconds long.
const TONES = [[784, 0, 0.55], [622, 0.32, 0.58]];
// How strong the partials of a tone are: a soft bell, not a test tone.
const PARTIALS = [0, 1, 0.24, 0.1, 0.03];
const LOUD = 0.5;
const ATTACK = 0.015;

/**
 * Begins at once.
 * @param {AudioNode} out what it is heard through
 * @returns {{ source: AudioScheduledSourceNode, seconds: number }[]} its tones, and in how many seconds each ends
 */
export function playChime(out) {
  const { context } = out;
  const bell = new PeriodicWave(context, { real: PARTIALS.map(() => 0), imag: PARTIALS });
  return TONES.map(([frequency, after, length]) => {
    const at = context.currentTime + 0.01 + after;
    const source = new OscillatorNode(context, { frequency, periodicWave: bell });
    const shape = new GainNode(context, { gain: 0 });
    shape.gain.setValueAtTime(0, at);
    shape.gain.linearRampToValueAtTime(LOUD, at + ATTACK);
    shape.gain.exponentialRampToValueAtTime(0.001, at + length);
    source.connect(shape).connect(out);
    source.start(at);
    source.stop(at + length);
    return { source, seconds: at + length - context.currentTime };
  });
}
