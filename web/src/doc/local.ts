/* The copy of a document that this browser keeps while something in it is not on the server yet: a closed lid or a
 * crashed browser then loses nothing. School PCs are shared, so a copy with nothing unsaved is removed when its document
 * is left; an unsaved one waits for its author (copies.ts). */
import { IndexeddbPersistence } from 'y-indexeddb';
import type * as Y from 'yjs';
import { note } from './copies';

const patience = 2000; /* ms: a browser that does not answer by then keeps no copy */

/** Whether this browser lets pages keep data: private windows of older ones do not. */
function allowed(): Promise<boolean> {
  return new Promise((resolve) => {
    try {
      const ask = indexedDB.open('jibei.ask');
      ask.onerror = () => resolve(false);
      ask.onsuccess = () => {
        ask.result.close();
        resolve(true);
      };
      window.setTimeout(() => resolve(false), patience);
    } catch {
      resolve(false);
    }
  });
}

export interface Local {
  mark: (unsaved: boolean) => void;
  /** Ends the keeping; the copy stays only if something in it is unsaved. */
  leave: (unsaved: boolean) => Promise<void>;
}

/** Fills the document from the copy, if there is one, and keeps the copy from then on. */
export async function keepLocal(person: number, id: number, doc: Y.Doc): Promise<Local | null> {
  if (!(await allowed())) return null;
  const name = `jibei.doc.${person}.${id}`;
  const kept = new IndexeddbPersistence(name, doc);
  note(name, true);
  await Promise.race([kept.whenSynced, new Promise((wait) => window.setTimeout(wait, patience))]);
  return {
    mark: (unsaved) => note(name, unsaved),
    leave: async (unsaved) => {
      await (unsaved ? kept.destroy() : kept.clearData());
      note(name, unsaved ? true : null);
    },
  };
}
