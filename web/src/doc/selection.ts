/* A click moves the browser's selection at once, and the editor is told of it a moment later. What comes from the others
 * in that moment would put the selection back to where it was (with somebody typing fast, every third click was lost):
 * so the editor looks at it first. Not inside a composition of an input method, whose text is not settled yet. */
import type { EditorView } from '@tiptap/pm/view';

export function readSelection(view: EditorView): void {
  if (!view.composing) (view as unknown as { domObserver: { flush: () => void } }).domObserver.flush();
}
