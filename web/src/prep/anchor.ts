/* Where in the text an opinion stands. The place is kept in its row as two relative positions of Yjs, so that it moves
 * with the text whoever writes, and people without the right to write can have one, too; what is drawn here is only drawn.
 *
 * A1: nothing of this changes the document. A2: a place whose text is gone is drawn nowhere. */
import type { Editor } from '@tiptap/core';
import { isChangeOrigin } from '@tiptap/extension-collaboration';
import { NodeSelection, Plugin, PluginKey, type EditorState } from '@tiptap/pm/state';
import { Decoration, DecorationSet } from '@tiptap/pm/view';
import { absolutePositionToRelativePosition, relativePositionToAbsolutePosition, ySyncPluginKey } from '@tiptap/y-tiptap';
import * as Y from 'yjs';

export interface Mark {
  id: number;
  anchor: string;
  kind: string;
  instead: string;
  open: boolean;
}
export interface Picked {
  anchor: string;
  quote: string;
}
export interface Place {
  from: number;
  to: number;
}

interface Sync {
  doc: Y.Doc;
  type: Y.XmlFragment;
  binding: { mapping: Parameters<typeof relativePositionToAbsolutePosition>[3] } | null;
}
const sync = (state: EditorState) => ySyncPluginKey.getState(state) as Sync | undefined;
const longest = 2000; /* of an anchor and of a quotation, in the row */

function quoteOf(state: EditorState): string {
  const { selection, doc } = state;
  const node = selection instanceof NodeSelection ? selection.node : null;
  if (node?.attrs.latex) return String(node.attrs.latex);
  if (node?.type.name === 'image') return String(node.attrs.alt || node.attrs.title || '');
  return doc.textBetween(selection.from, selection.to, ' ', ' ').trim().slice(0, 400);
}

/** What is selected, as a place that can be kept; null when nothing is. */
export function pick(state: EditorState): Picked | null {
  const y = sync(state);
  const { from, to, empty } = state.selection;
  if (!y?.binding || empty) return null;
  const at = (pos: number) => absolutePositionToRelativePosition(pos, y.type, y.binding?.mapping ?? new Map()) as Y.RelativePosition;
  /* Relative positions of the editor are told by the character before them. Of the first one chosen it is that character
   * itself, so that what is written before it stays outside. */
  const first = state.doc.resolve(from).nodeAfter?.isText ? at(from + 1) : null;
  const begin = first?.item ? new Y.RelativePosition(first.type, first.tname, first.item, 0) : at(from);
  const anchor = JSON.stringify({ from: Y.relativePositionToJSON(begin) as unknown, to: Y.relativePositionToJSON(at(to)) as unknown });
  return anchor.length > longest ? null : { anchor, quote: quoteOf(state) };
}

function position(y: Sync, json: unknown): number | null {
  if (!y.binding || typeof json !== 'object' || !json) return null;
  return relativePositionToAbsolutePosition(y.doc, y.type, Y.createRelativePositionFromJSON(json), y.binding.mapping);
}

/** Where a kept place is now; null: nowhere any more. */
export function place(state: EditorState, anchor: string): Place | null {
  const y = sync(state);
  if (!y) return null;
  try {
    const kept = JSON.parse(anchor) as { from?: unknown; to?: unknown };
    const from = position(y, kept.from);
    const to = position(y, kept.to);
    return from !== null && to !== null && from < to && to <= state.doc.content.size ? { from, to } : null;
  } catch {
    return null; /* of a newer client, or no place at all */
  }
}

interface Drawn {
  marks: readonly Mark[];
  active: number;
  set: DecorationSet;
}
const key = new PluginKey<Drawn>('prep.marks');

function instead(mark: Mark): () => HTMLElement {
  return () => {
    const ins = document.createElement('ins');
    ins.className = 'prep-instead';
    ins.dataset.opinion = String(mark.id);
    ins.textContent = mark.instead;
    return ins;
  };
}
function draw(state: EditorState, marks: readonly Mark[], active: number): DecorationSet {
  const all: Decoration[] = [];
  for (const m of marks) {
    const at = m.anchor && m.open ? place(state, m.anchor) : null;
    if (!at) continue;
    const attrs = { class: `prep-mark ${m.kind}${m.id === active ? ' active' : ''}`, 'data-opinion': String(m.id) };
    const node = state.doc.nodeAt(at.from);
    const whole = node?.isBlock && node.isAtom && at.from + node.nodeSize === at.to;
    all.push(whole ? Decoration.node(at.from, at.to, attrs) : Decoration.inline(at.from, at.to, attrs));
    if (m.kind === 'suggestion' && m.instead) all.push(Decoration.widget(at.to, instead(m), { side: 1, key: `instead ${m.id} ${m.instead}`, ignoreSelection: true }));
  }
  return DecorationSet.create(state.doc, all);
}

function marksPlugin(onOpen: (id: number) => void): Plugin<Drawn> {
  return new Plugin<Drawn>({
    key,
    state: {
      init: () => ({ marks: [], active: 0, set: DecorationSet.empty }),
      apply(tr, was, _old, state) {
        const told = tr.getMeta(key) as Omit<Drawn, 'set'> | undefined;
        const { marks, active } = told ?? was;
        if (told || isChangeOrigin(tr)) return { marks, active, set: draw(state, marks, active) };
        return tr.docChanged ? { marks, active, set: was.set.map(tr.mapping, tr.doc) } : was;
      },
    },
    props: {
      decorations: (state) => key.getState(state)?.set,
      handleClick(_view, _pos, event) {
        const hit = event.target instanceof Element ? event.target.closest('[data-opinion]') : null;
        if (hit instanceof HTMLElement) onOpen(Number(hit.dataset.opinion));
        return false;
      },
    },
  });
}

export function drawMarks(editor: Editor, marks: readonly Mark[], active: number): void {
  editor.view.dispatch(editor.state.tr.setMeta(key, { marks, active }).setMeta('addToHistory', false));
}
export function addMarks(editor: Editor, onOpen: (id: number) => void): void {
  editor.registerPlugin(marksPlugin(onOpen));
}

/** Brings a place into view; false: it is gone. */
export function showPlace(editor: Editor, anchor: string): boolean {
  const at = place(editor.state, anchor);
  if (!at) return false;
  const { node } = editor.view.domAtPos(at.from, 1);
  const el = node instanceof Element ? node : node.parentElement;
  el?.scrollIntoView({ block: 'center' });
  return true;
}

/** Carries a suggestion out. `changed`: the text there is not what was quoted. */
export function quoted(editor: Editor, anchor: string, quote: string): 'same' | 'changed' | 'gone' {
  const at = place(editor.state, anchor);
  if (!at) return 'gone';
  return editor.state.doc.textBetween(at.from, at.to, ' ', ' ').trim().slice(0, 400) === quote ? 'same' : 'changed';
}
export function carryOut(editor: Editor, anchor: string, words: string): boolean {
  const at = place(editor.state, anchor);
  if (!at) return false;
  const { tr } = editor.state;
  editor.view.dispatch(words ? tr.insertText(words, at.from, at.to) : tr.delete(at.from, at.to));
  return true;
}
