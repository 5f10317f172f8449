/* Finding and replacing. prosemirror-search finds and marks what it found; what is replaced by is taken as it was typed
 * (there "$" has a meaning of its own). */
import { Extension, type Editor } from '@tiptap/core';
import type { EditorState } from '@tiptap/pm/state';
import { SearchQuery, findNext, findPrev, getSearchState, search, setSearchState, type SearchResult } from 'prosemirror-search';

export const Find = Extension.create({
  name: 'find',
  addProseMirrorPlugins: () => [search()],
});

const most = 999;

function found(state: EditorState, limit: number): SearchResult[] {
  const query = getSearchState(state)?.query;
  const all: SearchResult[] = [];
  if (!query?.valid) return all;
  for (let hit = query.findNext(state); hit && all.length < limit; hit = query.findNext(state, hit.to)) all.push(hit);
  return all;
}

/** How many there are (up to 999) and which of them is selected, from 1; 0: none. */
export function standing(state: EditorState): { count: number; at: number } {
  const { from, to } = state.selection;
  const all = found(state, most);
  return { count: all.length, at: all.findIndex((hit) => hit.from === from && hit.to === to) + 1 };
}

/** What is looked for from now on; empty words end it. */
export function look(editor: Editor, words: string, caseSensitive: boolean): void {
  editor.view.dispatch(setSearchState(editor.state.tr, new SearchQuery({ search: words, caseSensitive, literal: true })));
}

export const next = (editor: Editor): boolean => findNext(editor.state, editor.view.dispatch);
export const previous = (editor: Editor): boolean => findPrev(editor.state, editor.view.dispatch);

/** Replaces what is selected, if it is one of them, and goes on to the next. */
export function replaceOne(editor: Editor, by: string): void {
  const { state } = editor;
  const { from, to } = state.selection;
  if (standing(state).at) editor.view.dispatch(by ? state.tr.insertText(by, from, to) : state.tr.delete(from, to));
  next(editor);
}

/** Replaces all of them, as one thing to undo, and says how many there were. */
export function replaceEvery(editor: Editor, by: string): number {
  const all = found(editor.state, Infinity);
  const { tr } = editor.state;
  for (const { from, to } of all.reverse()) {
    if (by) tr.insertText(by, from, to);
    else tr.delete(from, to);
  }
  if (all.length) editor.view.dispatch(tr);
  return all.length;
}
