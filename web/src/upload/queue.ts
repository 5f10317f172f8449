/* Files on their way to the server, by tus. Three at a time; each on its own: one that fails
 * never stops another. What the server has stays there when the line, the browser or the PC
 * goes away: my unfinished uploads are listed by the server, and choosing the same file again,
 * on any device, goes on where it stopped.
 *
 *   waiting → running → done
 *              ↓  ↑  ↘ failed (said why; may be tried again)
 *             paused
 *
 * A line can also just stand still: after a few seconds that is said, with what the server has of the
 * file, and later it is begun anew from there. What failed by the line alone is tried again by itself.
 *
 * U1: `running` counts the uploads in state running, never more than `lanes` of them start.
 * U2: an upload with a target is attached to it exactly once, when its last byte is acknowledged. */
import { computed, shallowReactive } from 'vue';
import type { Upload as Tus } from 'tus-js-client';
import { sentence } from '@/api/http';
import { attach, discard, endpoint, targetOf, unfinished, urlOf, type Target, type Unfinished } from '@/api/upload';
import { panels } from '@/shell/panels';
import { t } from '@/text';
import { elementId } from '@/ui/id';
import { isSame, lineOf, problemText, Speed } from './progress';
import type { Picked } from './pick';

export type State = 'waiting' | 'running' | 'paused' | 'failed' | 'done';

export interface Item {
  key: string;
  name: string;
  size: number;
  file: File;
  path: string;
  target: Target;
  state: State;
  sent: number;
  /* Of these the server has said that it has them. */
  kept: number;
  speed: number;
  /* When the last byte went, by performance.now(); and that none has for a while. */
  moved: number;
  stalled: boolean;
  why: string;
  failed: number;
  auto: boolean;
  meter: Speed;
  url: string | null;
  tus: Tus | null;
}

const lanes = 3;
const piece = 8 * 1024 * 1024;
const again = 30_000; /* ms after which what the line broke is tried again */
export const uploads = shallowReactive<Item[]>([]);
export const running = computed(() => uploads.filter((u) => u.state === 'running' || u.state === 'waiting').length);

type Listener = (target: Target) => void;
const attached = new Set<Listener>();
export function onAttached(listener: Listener): () => void {
  attached.add(listener);
  return () => attached.delete(listener);
}

function pump(): void {
  const busy = uploads.filter((u) => u.state === 'running').length;
  uploads
    .filter((u) => u.state === 'waiting')
    .slice(0, Math.max(0, lanes - busy))
    .forEach((u) => void start(u));
}

async function finish(u: Item): Promise<void> {
  u.tus = null;
  try {
    await attach(u.url ?? '', u.target);
    u.state = 'done';
    u.sent = u.kept = u.size;
    attached.forEach((tell) => tell(u.target));
  } catch (e) {
    fail(u, sentence(e), false);
  }
  pump();
}

function fail(u: Item, why: string, auto: boolean): void {
  u.state = 'failed';
  u.why = why;
  u.auto = auto;
  u.speed = 0;
  u.stalled = false;
  u.failed = performance.now();
}

function moved(u: Item, sent: number): void {
  if (sent < u.sent) u.kept = sent;
  u.sent = sent;
  u.moved = performance.now();
  u.stalled = false;
  u.speed = u.meter.add(sent, u.moved);
}

/* Once a second while there is anything to watch. */
let watching = 0;
async function watch(): Promise<void> {
  const now = performance.now();
  for (const u of uploads) {
    if (u.state === 'failed' && u.auto && now - u.failed > again) resume(u);
    if (u.state !== 'running' || !u.tus) continue;
    const line = lineOf(now - u.moved);
    u.stalled = line !== 'moving';
    if (u.stalled) u.speed = 0;
    if (line === 'dead') {
      u.moved = now;
      await u.tus.abort();
      if (u.state === 'running') void start(u);
    }
  }
  if (uploads.some((u) => u.state === 'running' || (u.state === 'failed' && u.auto))) return;
  window.clearInterval(watching);
  watching = 0;
}

async function start(u: Item): Promise<void> {
  u.state = 'running';
  u.why = '';
  u.sent = u.kept;
  u.moved = performance.now();
  u.meter.restart(u.kept);
  watching ||= window.setInterval(() => void watch(), 1000);
  const { Upload } = await import('tus-js-client');
  if (u.state !== 'running') return;
  u.tus = new Upload(u.file, {
    endpoint,
    uploadUrl: u.url,
    chunkSize: piece,
    retryDelays: [0, 1000, 3000, 5000, 10_000, 20_000],
    storeFingerprintForResuming: false,
    removeFingerprintOnSuccess: true,
    metadata: {
      filename: u.name,
      relativePath: u.path,
      modified: String(u.file.lastModified),
      ...(u.target.resource_id ? { resource: String(u.target.resource_id) } : {}),
      ...(u.target.file_id ? { file: String(u.target.file_id) } : {}),
    },
    onUploadUrlAvailable: () => (u.url = u.tus?.url ?? u.url),
    onProgress: (sent) => moved(u, sent),
    onChunkComplete: (_piece, kept) => (u.kept = kept),
    onSuccess: () => void finish(u),
    onError: (e) => {
      const { text, line } = problemText(e);
      fail(u, text, line);
      pump();
    },
  });
  u.tus.start();
}

/** Puts files into the queue. One that was begun before (same name, size and place) goes on. */
export async function enqueue(files: readonly Picked[], target: Target): Promise<void> {
  const begun = await unfinished().catch(() => [] as Unfinished[]);
  panels.uploads = true;
  for (const { file, path } of files) {
    const before = begun.find((b) => isSame(b, file, target) && !uploads.some((u) => u.url === urlOf(b)));
    uploads.push(newItem(file, path, target, before));
  }
  pump();
}

/** All its bytes are there, but nobody was here to give them to the resource: done now. */
export async function conclude(before: Unfinished): Promise<void> {
  await attach(urlOf(before), targetOf(before));
  attached.forEach((tell) => tell(targetOf(before)));
}

/** Goes on with one of the server's unfinished uploads; the file must be the same. */
export function resumeWith(before: Unfinished, file: File): string | null {
  if (file.name !== before.name || file.size !== before.length)
    return t('upload.notSame', { name: before.name });
  panels.uploads = true;
  uploads.push(newItem(file, before.path, targetOf(before), before));
  pump();
  return null;
}

function newItem(file: File, path: string, target: Target, before?: Unfinished): Item {
  return shallowReactive<Item>({
    key: elementId('upload'),
    name: file.name,
    size: file.size,
    file,
    path,
    target,
    state: 'waiting',
    sent: before?.offset ?? 0,
    kept: before?.offset ?? 0,
    speed: 0,
    moved: 0,
    stalled: false,
    why: '',
    failed: 0,
    auto: false,
    meter: new Speed(),
    url: before ? urlOf(before) : null,
    tus: null,
  });
}

export async function pause(u: Item): Promise<void> {
  if (u.state !== 'running' && u.state !== 'waiting') return;
  u.state = 'paused';
  u.speed = 0;
  u.stalled = false;
  await u.tus?.abort();
  pump();
  await settle(u);
}

/* What was under way when it stopped has come in part; the server says how much of it is kept. */
async function settle(u: Item): Promise<void> {
  if (!u.url) return;
  const there = (await unfinished().catch(() => [])).find((b) => urlOf(b) === u.url);
  if (there && u.state === 'paused') u.sent = u.kept = there.offset;
}

export function resume(u: Item): void {
  if (u.state !== 'paused' && u.state !== 'failed') return;
  u.state = 'waiting';
  pump();
}

async function giveUp(u: Item): Promise<void> {
  await u.tus?.abort();
  if (u.url) await discard(u.url);
}

/** Takes it out of the queue; what the server already has of an unfinished one is given up. */
export async function remove(u: Item): Promise<void> {
  const unfinishedYet = u.state !== 'done';
  u.state = u.state === 'done' ? 'done' : 'paused';
  const at = uploads.indexOf(u);
  if (at >= 0) uploads.splice(at, 1);
  if (unfinishedYet) await giveUp(u).catch(() => undefined);
  pump();
}

export function clearDone(): void {
  for (const u of uploads.filter((one) => one.state === 'done')) uploads.splice(uploads.indexOf(u), 1);
}

export const pauseAll = (): void => uploads.forEach((u) => void pause(u));
export const resumeAll = (): void => uploads.forEach(resume);

window.addEventListener('online', () => uploads.filter((u) => u.state === 'failed' && u.auto).forEach(resume));
window.addEventListener('beforeunload', (e) => {
  if (running.value) e.preventDefault();
});
