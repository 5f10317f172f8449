/* Short words about what just happened, with a way back where there is one. They stay 6 s,
 * 10 s with a way back, and as long as the pointer or the focus rests on them. */
import { reactive } from 'vue';
import type { Tone } from './types';

export interface Toast {
  id: number;
  text: string;
  tone: Tone;
  undo?: () => unknown;
  timer: number;
}

export const toasts = reactive<Toast[]>([]);
let last = 0;

export function drop(id: number): void {
  const at = toasts.findIndex((it) => it.id === id);
  if (at < 0) return;
  window.clearTimeout(toasts[at]?.timer);
  toasts.splice(at, 1);
}

export function hold(toast: Toast): void {
  window.clearTimeout(toast.timer);
}

export function release(toast: Toast): void {
  window.clearTimeout(toast.timer);
  toast.timer = window.setTimeout(() => drop(toast.id), toast.undo ? 10_000 : 6_000);
}

export function toast(text: string, tone: Tone = 'neutral', undo?: () => unknown): void {
  while (toasts.length >= 3 && toasts[0]) drop(toasts[0].id);
  last += 1;
  toasts.push({ id: last, text, tone, undo, timer: 0 });
  const added = toasts[toasts.length - 1];
  if (added) release(added);
}
