/* The arithmetic of uploads: how fast, how long still, is it the same file, what went wrong. */
import { said, t } from '@/text';
import type { Target, Unfinished } from '@/api/upload';

/* Bytes per second, smoothed over about five seconds, so that the number can be read. */
export class Speed {
  private last = -1;
  private at = 0;
  private rate = 0;

  restart(sent: number): void {
    this.last = sent;
    this.at = 0;
    this.rate = 0;
  }

  add(sent: number, now: number): number {
    if (this.at === 0 || sent < this.last) {
      this.at = now;
      this.last = sent;
      return this.rate;
    }
    const seconds = (now - this.at) / 1000;
    if (seconds < 0.25) return this.rate;
    const measured = (sent - this.last) / seconds;
    const weight = this.rate === 0 ? 1 : 1 - Math.exp(-seconds / 5);
    this.rate += (measured - this.rate) * weight;
    this.last = sent;
    this.at = now;
    return this.rate;
  }
}

/** What a line does that has been silent for so many ms: after two minutes nothing will come any more. */
export function lineOf(silent: number): 'moving' | 'stalled' | 'dead' {
  if (silent < 5000) return 'moving';
  return silent < 120_000 ? 'stalled' : 'dead';
}

export interface Amount {
  size: number;
  sent: number;
  speed: number;
  state: string;
}

/** Seconds until everything under way is done, or null while nobody knows. */
export function remaining(items: readonly Amount[]): number | null {
  const open = items.filter((u) => u.state === 'running' || u.state === 'waiting');
  const speed = open.reduce((sum, u) => sum + u.speed, 0);
  return open.length && speed > 0 ? open.reduce((sum, u) => sum + u.size - u.sent, 0) / speed : null;
}

export function overall(items: readonly Amount[]): number {
  const size = items.reduce((sum, u) => sum + u.size, 0);
  return size ? items.reduce((sum, u) => sum + u.sent, 0) / size : 1;
}

export function isSame(before: Unfinished, file: { name: string; size: number }, target: Target): boolean {
  const sameTarget = before.resource_id === (target.resource_id ?? 0) && before.file_id === (target.file_id ?? 0);
  return !before.complete && before.name === file.name && before.length === file.size && sameTarget;
}

interface TusError {
  message: string;
  originalResponse?: { getStatus(): number; getBody(): string } | null;
}

/** The sentence for a failed upload; `line` when it was only the line, so that it may go on by itself. */
export function problemText(e: unknown): { text: string; line: boolean } {
  const reply = (e as TusError).originalResponse;
  if (!reply || reply.getStatus() === 0) return { text: t('upload.lineBroken'), line: true };
  try {
    const problem = JSON.parse(reply.getBody()) as { detail?: unknown };
    if (typeof problem.detail === 'string') return { text: said(problem.detail), line: false };
  } catch {
    /* a proxy's page */
  }
  return { text: t('upload.refused', { status: reply.getStatus() }), line: reply.getStatus() >= 500 };
}
