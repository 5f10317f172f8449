/* What changed elsewhere: small messages {noun, id, rev} over one WebSocket. Whoever shows a
 * noun listens and fetches again. The line may break: it is opened again after 1, 2, 4 … 30 s
 * (with some chance in it, so that a whole school does not come back in the same instant), and
 * then everybody who listens is told once, since something may have been missed. */
export interface Change {
  noun: string;
  id?: number;
  rev?: number;
}

type Listener = (change: Change | null) => void;
const listeners = new Map<string, Set<Listener>>();
let socket: WebSocket | null = null;
let tries = 0;
let wanted = false;
let timer = 0;

function tell(change: Change) {
  listeners.get(change.noun)?.forEach((listener) => listener(change));
}

function open() {
  const scheme = location.protocol === 'https:' ? 'wss' : 'ws';
  const s = new WebSocket(`${scheme}://${location.host}/ws/events`);
  socket = s;
  s.onopen = () => {
    if (tries > 0) listeners.forEach((set) => set.forEach((listener) => listener(null)));
    tries = 0;
  };
  s.onmessage = (m) => {
    try {
      const change = JSON.parse(String(m.data)) as Change;
      if (typeof change.noun === 'string') tell(change);
    } catch {
      /* a newer server may say what this client does not understand */
    }
  };
  s.onclose = (e) => {
    socket = null;
    if (!wanted || (e.code >= 4400 && e.code < 4500)) return;
    const wait = Math.min(30_000, 1000 * 2 ** tries) * (0.5 + Math.random());
    tries += 1;
    timer = window.setTimeout(open, wait);
  };
}

export function connect(): void {
  if (wanted) return;
  wanted = true;
  open();
}

export function disconnect(): void {
  wanted = false;
  window.clearTimeout(timer);
  socket?.close();
}

/** Listens to one noun; null means "something may have been missed". Returns the way to stop. */
export function onChange(noun: string, listener: Listener): () => void {
  const set = listeners.get(noun) ?? new Set();
  listeners.set(noun, set.add(listener));
  return () => set.delete(listener);
}
