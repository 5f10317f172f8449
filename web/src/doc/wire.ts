/* The line to the server: y-websocket's provider, and what Jibei says beyond it.
 *
 * - Message 8, "so many of your sync messages are durable", is told to `saved`. What is sent is counted at the socket
 *   itself, whoever of the provider sends it.
 * - Message 9, saving does not work at the moment (1) or works again (0); message 2, an update was refused, and why.
 * - Who may not write sends no updates, whatever happens to the document here (Y.js and the editor tidy up by writing). */
import * as decoding from 'lib0/decoding';
import { WebsocketProvider } from 'y-websocket';
import type * as Y from 'yjs';
import { docWire } from '@/api/doc';
import type { Saved } from './saved';

interface WireEars {
  saved: Saved;
  writer: boolean;
  /* Something was sent or told: look at `saved` again. */
  heard: () => void;
  refused: (why: string) => void;
  stuck: (now: boolean) => void;
  /* Something of the others is about to be applied. */
  before: () => void;
}

const SYNC = 0;
const STEP2 = 1;
const REFUSED = 2;
const DURABLE = 8;
const STUCK = 9;

function countingSocket(ears: WireEars): typeof WebSocket {
  return class extends WebSocket {
    override send(data: Uint8Array<ArrayBuffer>): void {
      const brings = data[0] === SYNC && (data[1] ?? 0) >= STEP2;
      if (brings && !ears.writer) return;
      super.send(data);
      if (!brings) return;
      ears.saved.sentUpdates(data[1] === STEP2);
      ears.heard();
    }
  } as typeof WebSocket;
}

export function openWire(id: number, doc: Y.Doc, ears: WireEars): WebsocketProvider {
  const wire = new WebsocketProvider(docWire(), String(id), doc, {
    connect: false,
    disableBc: true,
    /* Not all of a school in the same instant. */
    maxBackoffTime: 15_000 + Math.random() * 15_000,
    WebSocketPolyfill: countingSocket(ears),
  });
  wire.messageHandlers[DURABLE] = (_answer: unknown, from: decoding.Decoder) => {
    ears.saved.durable(decoding.readVarUint(from));
    ears.heard();
  };
  wire.messageHandlers[STUCK] = (_answer: unknown, from: decoding.Decoder) => ears.stuck(decoding.readVarUint(from) === 1);
  const sync = wire.messageHandlers[SYNC] as (...of: unknown[]) => void;
  wire.messageHandlers[SYNC] = (...of: unknown[]) => {
    ears.before();
    sync(...of);
  };
  wire.messageHandlers[REFUSED] = (_answer: unknown, from: decoding.Decoder) => {
    decoding.readVarUint(from);
    ears.refused(decoding.readVarString(from));
  };
  return wire;
}
