/* The keyboard's way to the actions. A key pressed while typing belongs to the text, unless
 * Ctrl (or ⌘) is down; the second key of a pair must follow within a second. */
import { offered, type Bound } from './registry';

export function keyOf(e: KeyboardEvent): string {
  const key = e.key.length === 1 && (e.ctrlKey || e.metaKey) ? e.key.toUpperCase() : e.key;
  return e.ctrlKey || e.metaKey ? `Ctrl+${key}` : key;
}

function typing(e: KeyboardEvent): boolean {
  const el = e.target;
  if (!(el instanceof HTMLElement)) return false;
  return el.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(el.tagName);
}

/** Something over the page has the keyboard: its keys are not the page's. */
function covered(): boolean {
  return document.querySelector('[role=dialog],[role=menu]') !== null;
}

export function shortcutFinder() {
  let first = '';
  let at = 0;
  return (key: string, now: number, actions: readonly Bound[]): Bound | 'waiting' | null => {
    const pair = first && now - at < 1000 ? `${first} ${key}` : '';
    first = '';
    const heard = actions.filter((a) => a.enabled && !a.told);
    const hit = heard.find((a) => a.shortcut === pair || a.shortcut === key);
    if (hit) return hit;
    if (heard.some((a) => a.shortcut?.startsWith(`${key} `))) {
      first = key;
      at = now;
      return 'waiting';
    }
    return null;
  };
}

export function listenToKeys(): () => void {
  const find = shortcutFinder();
  const onKey = (e: KeyboardEvent) => {
    if (e.defaultPrevented || e.isComposing || e.altKey || e.repeat) return;
    const ctrl = e.ctrlKey || e.metaKey;
    if (!ctrl && (typing(e) || covered())) return;
    const hit = find(keyOf(e), e.timeStamp, offered.value);
    if (!hit || hit === 'waiting') return;
    e.preventDefault();
    hit.run();
  };
  document.addEventListener('keydown', onKey);
  return () => document.removeEventListener('keydown', onKey);
}
