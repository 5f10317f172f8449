/* What is asked before something is put into the text, and the windows that ask. */
import type { Editor } from '@tiptap/core';
import { computed, ref, type Ref } from 'vue';
import { askLink } from './link';
import type { Asking } from './tools';

export interface Formula {
  latex: string;
  block: boolean;
}

/** The formula that is selected, or the words selected as one to be. */
export function formulaAt(editor: Editor): Formula & { fresh: boolean } {
  const { selection, doc } = editor.state;
  const node = doc.nodeAt(selection.from);
  if (node?.type.name === 'inlineMath' || node?.type.name === 'blockMath')
    return { latex: String(node.attrs.latex), block: node.type.name === 'blockMath', fresh: false };
  return { latex: doc.textBetween(selection.from, selection.to, ' '), block: false, fresh: true };
}

export function putFormula(editor: Editor, { latex, block }: Formula): void {
  const { from, to } = editor.state.selection;
  const type = block ? 'blockMath' : 'inlineMath';
  editor.chain().focus().insertContentAt({ from, to }, { type, attrs: { latex } }).run();
}

export function useAsking(editor: Ref<Editor | null>, pickImage: () => void) {
  const open = ref<'table' | 'math' | null>(null);
  const formula = computed(() => (editor.value && open.value === 'math' ? formulaAt(editor.value) : null));
  const ask = (what: Asking) => {
    if (!editor.value) return;
    if (what === 'link') void askLink(editor.value);
    else if (what === 'image') pickImage();
    else open.value = what;
  };
  return { open, formula, ask };
}
