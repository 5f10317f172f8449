/* How the states of a resource look. */
import type { Tone } from '@/ui';

const tones: Record<string, Tone> = {
  published: 'success',
  submitted: 'warning',
  reviewing: 'warning',
  returned: 'danger',
};
export const stateTone = (state: string): Tone => tones[state] ?? 'neutral';
