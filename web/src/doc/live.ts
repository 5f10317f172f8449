/* A document that is open: the Yjs document, the line to the server, the copy kept here, and how all that stands.
 *
 *   line:  connecting → open ⇄ broken → (closed by the server for good: `ended` says why)
 *   ready: there is something to show: the server's state, or the copy kept here while the line is broken.
 *
 * L1: who may not write keeps no copy and sends nothing.
 * L2: 已保存 is said only while the line is open and nothing is unsaved (saved.ts). */
import { shallowReactive } from 'vue';
import type { WebsocketProvider } from 'y-websocket';
import * as Y from 'yjs';
import { keepLocal, type Local } from './local';
import { present, type Present } from './people';
import { Saved } from './saved';
import { openWire } from './wire';

export type Ended = 'login' | 'right' | 'gone' | 'wrong';
export interface LiveState {
  line: 'connecting' | 'open' | 'broken';
  ready: boolean;
  synced: boolean;
  unsaved: boolean;
  /* The server's sentence about an edit it did not take, or ''. */
  refused: string;
  /* The server cannot save at the moment (its disk is full): it keeps what comes in memory. */
  stuck: boolean;
  ended: Ended | null;
  people: Present[];
}

interface Self {
  id: number;
  name: string;
}

export interface Live {
  self: Record<string, unknown>;
  doc: Y.Doc;
  wire: WebsocketProvider;
  state: LiveState;
  /** Called before something of the others is applied. */
  before: () => void;
  /** Tries at once instead of when it would have. */
  retry: () => void;
  close: () => Promise<void>;
}

export const field = 'body';
const endings: Record<number, Ended> = { 4400: 'wrong', 4401: 'login', 4403: 'right', 4404: 'gone' };

export function openLive(id: number, writer: boolean, me: Self): Live {
  const doc = new Y.Doc();
  const saved = new Saved();
  const state = shallowReactive<LiveState>({ line: 'connecting', ready: false, synced: false, unsaved: false, refused: '', stuck: false, ended: null, people: [] });
  let local: Local | null = null;
  let left = false;

  const look = () => {
    if (state.unsaved !== saved.unsaved) local?.mark(saved.unsaved);
    state.unsaved = saved.unsaved;
  };
  const wire = openWire(id, doc, { saved, writer, heard: look, refused: (why) => (state.refused = why), stuck: (now) => (state.stuck = now), before: () => live.before() });
  doc.on('update', (_update: Uint8Array, origin: unknown) => {
    if (origin === wire || !writer) return;
    saved.edited(wire.wsconnected && wire.ws?.readyState === WebSocket.OPEN);
    look();
  });
  wire.on('status', ({ status }) => {
    if (status === 'connected') saved.opened();
    if (status === 'disconnected') saved.closed();
    state.stuck = false;
    const again = state.synced || wire.wsUnsuccessfulReconnects > 0;
    state.line = status === 'connected' ? 'open' : again ? 'broken' : 'connecting';
    look();
  });
  wire.on('sync', (synced) => {
    if (!synced) return;
    state.synced = state.ready = true;
    state.line = 'open';
  });
  wire.on('connection-close', () => (state.line = 'broken'));
  wire.on('closed', ({ code }) => (state.ended = endings[code] ?? 'wrong'));
  wire.awareness.on('change', () => (state.people = present(wire.awareness.getStates().values(), me.id)));

  const online = () => !state.ended && wire.connect();
  const offline = () => wire.disconnect();
  window.addEventListener('online', online);
  window.addEventListener('offline', offline);

  void (async () => {
    if (writer) local = await keepLocal(me.id, id, doc);
    if (left) return void local?.leave(saved.unsaved);
    if (doc.getXmlFragment(field).length > 0) state.ready = true;
    look();
    local?.mark(saved.unsaved);
    if (navigator.onLine) wire.connect();
    else state.line = 'broken';
  })();

  const live: Live = {
    before: () => undefined,
    self: { id: me.id, name: me.name, color: '#566171' },
    doc,
    wire,
    state,
    retry: () => {
      wire.wsUnsuccessfulReconnects = 0;
      wire.connect();
    },
    close: async () => {
      left = true;
      window.removeEventListener('online', online);
      window.removeEventListener('offline', offline);
      const unsaved = saved.unsaved;
      wire.destroy();
      await local?.leave(unsaved);
      doc.destroy();
    },
  };
  return live;
}
