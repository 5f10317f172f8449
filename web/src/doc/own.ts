/* 二次备课 in red: what of a branch is its owner's. Yjs knows it by itself: an item is mine when the version the branch began
 * with did not have it, and struck out when that version had it and it is deleted here; the struck words come from that
 * version. What a merge brought that was taken back the owner never had: that is no deletion of his, and is written down
 * beside the text, under `refused`, for all who draw or print it (server/app/doc_paper.c). The document is not changed by
 * drawing; what is drawn follows the text. */
import type { Editor } from '@tiptap/core';
import { Plugin, PluginKey, type EditorState } from '@tiptap/pm/state';
import { Decoration, DecorationSet } from '@tiptap/pm/view';
import { ySyncPluginKey } from '@tiptap/y-tiptap';
import * as Y from 'yjs';

export interface Own {
  kind: 'mine' | 'struck';
  from: number;
  to: number;
  words: string;
}

/* What the base has, by item: words of a text, of a whole block; every character at its own clock. */
class Base {
  private readonly words = new Map<number, Map<number, string>>();
  constructor(
    doc: Y.Doc,
    field: string,
    readonly vector: Map<number, number>,
  ) {
    this.read(doc.getXmlFragment(field));
  }
  private put(client: number, clock: number, text: string): void {
    const of = this.words.get(client) ?? new Map<number, string>();
    of.set(clock, text);
    this.words.set(client, of);
  }
  private read(type: Y.XmlFragment | Y.XmlText): void {
    for (let item = type._start; item; item = item.right) {
      if (item.deleted) continue;
      const { client, clock } = item.id;
      if (item.content instanceof Y.ContentString) Array.from({ length: item.length }, (_, i) => this.put(client, clock + i, (item?.content as Y.ContentString).str[i] ?? ''));
      else if (item.content instanceof Y.ContentType) {
        const inner = item.content.type as Y.XmlFragment | Y.XmlText;
        this.read(inner);
        if (inner instanceof Y.XmlElement) this.put(client, clock, `${textOf(inner)}\n`);
      }
    }
  }
  has(client: number, clock: number): boolean {
    return clock < (this.vector.get(client) ?? 0);
  }
  text(client: number, clock: number, length: number, without: (client: number, clock: number) => boolean): string {
    const of = this.words.get(client);
    return of ? Array.from({ length }, (_, i) => (without(client, clock + i) ? '' : (of.get(clock + i) ?? ''))).join('') : '';
  }
}

export function textOf(type: Y.XmlElement | Y.XmlFragment): string {
  return type
    .toArray()
    .map((x) => (x instanceof Y.XmlText ? (x.toDelta() as { insert: unknown }[]).map((d) => (typeof d.insert === 'string' ? d.insert : '')).join('') : textOf(x as Y.XmlElement)))
    .join(' ')
    .trim();
}

type Range = [client: number, from: number, to: number];
/** What a version of the common plan brought, beyond the one had before, was taken back. */
export function refuse(doc: Y.Doc, version: number, had: Base, came: Base): void {
  const ranges = [...came.vector].flatMap(([client, to]): Range[] => (had.has(client, to - 1) ? [] : [[client, had.vector.get(client) ?? 0, to]]));
  doc.getMap<Range[]>('refused').set(String(version), ranges);
}
function refusedIn(doc: Y.Doc | null): (client: number, clock: number) => boolean {
  const ranges = doc ? [...doc.getMap<Range[]>('refused').values()].flat() : [];
  return (client, clock) => ranges.some(([of, from, to]) => of === client && from <= clock && clock < to);
}

/** All that is mine in a document, by the positions of the editor. `isLeaf`: whether a node of this name takes one place. */
export function ownOf(body: Y.XmlFragment, base: Base, isLeaf: (name: string) => boolean): Own[] {
  const out: Own[] = [];
  const refused = refusedIn(body.doc);
  const add = (one: Own) => {
    const last = out[out.length - 1];
    if (last && last.kind === one.kind && last.to === one.from && (one.kind === 'mine' || last.from === one.from)) {
      last.to = one.to;
      last.words += one.words;
    } else out.push(one);
  };
  const struck = (item: Y.Item, pos: number) => {
    const words = base.text(item.id.client, item.id.clock, item.length, refused);
    if (words.trim()) add({ kind: 'struck', from: pos, to: pos, words });
  };
  const walk = (type: Y.XmlFragment | Y.XmlText, start: number): number => {
    let pos = start;
    for (let item = type._start; item; item = item.right) {
      const { client, clock } = item.id;
      if (item.deleted) struck(item, pos);
      else if (item.content instanceof Y.ContentString) {
        for (let i = 0; i < item.length; i += 1) if (!base.has(client, clock + i)) add({ kind: 'mine', from: pos + i, to: pos + i + 1, words: '' });
        pos += item.length;
      } else if (item.content instanceof Y.ContentType) {
        const inner = item.content.type as Y.XmlFragment | Y.XmlText;
        if (inner instanceof Y.XmlElement && isLeaf(inner.nodeName)) {
          if (!base.has(client, clock)) add({ kind: 'mine', from: pos, to: pos + 1, words: '' });
          pos += 1;
        } else if (inner instanceof Y.XmlElement) pos = walk(inner, pos + 1) + 1;
        else pos = walk(inner, pos);
      }
    }
    return pos;
  };
  walk(body, 0);
  return out;
}

const key = new PluginKey<DecorationSet>('own');
function draw(state: EditorState, base: Base): DecorationSet {
  const y = ySyncPluginKey.getState(state) as { type?: Y.XmlFragment } | undefined;
  if (!y?.type) return DecorationSet.empty;
  const size = state.doc.content.size;
  const all = ownOf(y.type, base, (name) => state.schema.nodes[name]?.isLeaf ?? false).flatMap((one) => {
    if (one.to > size) return [];
    if (one.kind === 'mine') return [Decoration.inline(one.from, one.to, { class: 'doc-own' })];
    const del = () => {
      const el = document.createElement('del');
      el.className = 'doc-struck';
      el.textContent = one.words.trim();
      return el;
    };
    return [Decoration.widget(one.from, del, { side: -1, key: `struck ${one.words}`, ignoreSelection: true })];
  });
  return DecorationSet.create(state.doc, all);
}

/** Draws what is mine; a little after the text rests, since the whole is looked through. */
export function showOwn(editor: Editor, base: Base): () => void {
  editor.registerPlugin(
    new Plugin<DecorationSet>({
      key,
      state: {
        init: (_config, state) => draw(state, base),
        apply: (tr, was, _old, state) => (tr.getMeta(key) ? draw(state, base) : was.map(tr.mapping, tr.doc)),
      },
      props: { decorations: (state) => key.getState(state) },
    }),
  );
  let timer = 0;
  const again = () => {
    window.clearTimeout(timer);
    timer = window.setTimeout(() => editor.isDestroyed || editor.view.dispatch(editor.state.tr.setMeta(key, true).setMeta('addToHistory', false)), 200);
  };
  const onEdit = ({ transaction }: { transaction: { docChanged: boolean } }) => transaction.docChanged && again();
  editor.on('transaction', onEdit);
  again();
  return () => {
    window.clearTimeout(timer);
    editor.off('transaction', onEdit);
    if (!editor.isDestroyed) editor.unregisterPlugin(key);
  };
}

export function baseOf(state: Uint8Array, field: string): Base {
  const doc = new Y.Doc();
  Y.applyUpdate(doc, state);
  return new Base(doc, field, Y.decodeStateVector(Y.encodeStateVector(doc)));
}
