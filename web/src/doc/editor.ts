/* The editor of a live document, put together. It begins to exist when there is something to show (live.ts, ready), so
 * that it never writes an empty document over one that is still to come. */
import { Editor, type AnyExtension } from '@tiptap/core';
import Collaboration from '@tiptap/extension-collaboration';
import { Placeholder } from '@tiptap/extensions/placeholder';
import { Selection } from '@tiptap/pm/state';
import { carets } from './caret';
import { NamedColumn } from './columns';
import { Find } from './find';
import { ComingImages } from './images';
import type { Live } from './live';
import { field } from './live';
import { Pasting } from './paste';
import './polyfills';
import { docParts } from './schema';
import { readSelection } from './selection';
import { t } from './words';

function keys({ ask, toBar }: Making): AnyExtension {
  return Placeholder.extend({
    addKeyboardShortcuts: () => ({
      'Mod-Shift-k': () => (ask('link'), true),
      'Mod-Shift-m': () => (ask('math'), true),
      'Alt-F10': () => (toBar(), true),
    }),
  }).configure({ placeholder: () => t('doc.placeholder'), showOnlyWhenEditable: true });
}

interface Making {
  id: number;
  label: string;
  writer: boolean;
  ask: (what: 'link' | 'math') => void;
  toBar: () => void;
}

export function makeEditor(element: HTMLElement, live: Live, making: Making): Editor {
  const { id, label, writer } = making;
  const editor = new Editor({
    element,
    editable: writer,
    injectCSS: false,
    extensions: [
      ...docParts(writer),
      Collaboration.configure({ document: live.doc, field }),
      carets(live.wire, live.self),
      Find,
      ...(writer ? [NamedColumn, ComingImages, Pasting.configure({ doc: id }), keys(making)] : []),
    ],
    editorProps: {
      /* px: the bars over the text, and the tabs of a phone under it, hide no line that is written in. */
      scrollThreshold: { top: 190, bottom: 90, left: 0, right: 0 },
      scrollMargin: { top: 200, bottom: 110, left: 5, right: 5 },
      attributes: { class: 'doc-text', role: 'textbox', 'aria-multiline': 'true', 'aria-label': label, spellcheck: 'false' },
    },
  });
  /* A document may begin with a table, where the editor's first selection stands in no text. */
  editor.view.dispatch(editor.state.tr.setSelection(Selection.atStart(editor.state.doc)));
  live.before = () => void (editor.isDestroyed || readSelection(editor.view));
  return editor;
}

/** An editor that only shows: a version as it was. */
export function showContent(element: HTMLElement, content: Record<string, unknown>, label: string): Editor {
  return new Editor({
    element,
    content,
    editable: false,
    injectCSS: false,
    extensions: docParts(false),
    editorProps: { attributes: { class: 'doc-text', role: 'document', 'aria-label': label } },
  });
}
