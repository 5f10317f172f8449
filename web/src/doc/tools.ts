/* What can be done with the text, each said once: the bar, the palette and the list of keys read it. The keys are the
 * editor's own (TipTap listens while one writes); here they are told. */
import type { Editor } from '@tiptap/core';
import type { Action } from '@/actions/registry';
import type { IconName } from '@/ui';
import { pictures, type Picture } from './pictures';
import { t, type DocKey } from './words';

export type Asking = 'link' | 'table' | 'image' | 'libraryImage' | 'math';
export interface Editing {
  editor: Editor;
  ask: (what: Asking) => unknown;
}

export interface Tool extends Action<Editing> {
  words: DocKey;
  picture?: Picture;
  active?: (c: Editing) => boolean;
  /* Shown by its words: no picture says it. */
  wordy?: boolean;
}

type Chain = ReturnType<Editor['chain']>;
type Do = (chain: Chain) => Chain;

interface Row {
  picture?: Picture;
  icon?: IconName;
  keys?: string;
  on?: (e: Editor) => boolean;
  can?: (e: Editor) => boolean;
  wordy?: boolean;
  do: Do | Asking;
}

function tool(words: DocKey, row: Row): Tool {
  const what = row.do;
  return {
    id: words,
    words,
    label: () => t(words),
    icon: row.icon,
    picture: row.picture,
    wordy: row.wordy,
    shortcut: row.keys,
    told: true,
    active: row.on && ((c) => row.on?.(c.editor) ?? false),
    enabled: (c) => c.editor.isEditable && (row.can?.(c.editor) ?? true),
    perform: (c) => (typeof what === 'string' ? c.ask(what) : what(c.editor.chain().focus()).run()),
  };
}

/** How a tool is drawn. */
export const pathOf = (one: Tool): string | undefined => one.picture && pictures[one.picture];

const mark = (name: string) => (e: Editor) => e.isActive(name);
const aligned = (textAlign: string) => (e: Editor) => e.isActive({ textAlign });
const inTable = (e: Editor) => e.isActive('table');

export const undoing: Tool[] = [
  tool('tool.undo', { icon: 'undo', keys: 'Ctrl+Z', can: (e) => e.can().undo(), do: (c) => c.undo() }),
  tool('tool.redo', { picture: 'redo', keys: 'Ctrl+Y', can: (e) => e.can().redo(), do: (c) => c.redo() }),
];

export const levels: Tool[] = [
  tool('tool.text', { keys: 'Ctrl+Alt+0', on: (e) => e.isActive('paragraph'), do: (c) => c.setParagraph() }),
  ...([1, 2, 3, 4] as const).map((level) =>
    tool(`tool.h${level}`, { keys: `Ctrl+Alt+${level}`, on: (e) => e.isActive('heading', { level }), do: (c) => c.setHeading({ level }) }),
  ),
];

export const marks: Tool[] = [
  tool('tool.bold', { picture: 'bold', keys: 'Ctrl+B', on: mark('bold'), do: (c) => c.toggleBold() }),
  tool('tool.italic', { picture: 'italic', keys: 'Ctrl+I', on: mark('italic'), do: (c) => c.toggleItalic() }),
  tool('tool.underline', { picture: 'underline', keys: 'Ctrl+U', on: mark('underline'), do: (c) => c.toggleUnderline() }),
  tool('tool.strike', { picture: 'strike', keys: 'Ctrl+Shift+S', on: mark('strike'), do: (c) => c.toggleStrike() }),
];

/* Wanted less often: behind one button. */
export const moreMarks: Tool[] = [
  tool('tool.sub', { picture: 'sub', keys: 'Ctrl+,', on: mark('subscript'), do: (c) => c.unsetSuperscript().toggleSubscript() }),
  tool('tool.sup', { picture: 'sup', keys: 'Ctrl+.', on: mark('superscript'), do: (c) => c.unsetSubscript().toggleSuperscript() }),
  tool('tool.code', { icon: 'text', keys: 'Ctrl+E', on: mark('code'), do: (c) => c.toggleCode() }),
  tool('tool.clear', { picture: 'clear', do: (c) => c.unsetAllMarks().clearNodes() }),
];

export const paragraphs: Tool[] = [
  tool('tool.bullets', { icon: 'list', keys: 'Ctrl+Shift+8', on: mark('bulletList'), do: (c) => c.toggleBulletList() }),
  tool('tool.numbers', { picture: 'ordered', keys: 'Ctrl+Shift+7', on: mark('orderedList'), do: (c) => c.toggleOrderedList() }),
  tool('tool.left', { picture: 'left', keys: 'Ctrl+Shift+L', on: aligned('left'), do: (c) => c.unsetTextAlign() }),
  tool('tool.center', { picture: 'center', keys: 'Ctrl+Shift+E', on: aligned('center'), do: (c) => c.toggleTextAlign('center') }),
  tool('tool.right', { picture: 'right', keys: 'Ctrl+Shift+R', on: aligned('right'), do: (c) => c.toggleTextAlign('right') }),
];

export const moreParagraphs: Tool[] = [
  tool('tool.indent', { picture: 'indent', keys: 'Tab', can: (e) => e.can().sinkListItem('listItem'), do: (c) => c.sinkListItem('listItem') }),
  tool('tool.outdent', { picture: 'outdent', keys: 'Shift+Tab', can: (e) => e.can().liftListItem('listItem'), do: (c) => c.liftListItem('listItem') }),
  tool('tool.quote', { picture: 'quote', keys: 'Ctrl+Shift+B', on: mark('blockquote'), do: (c) => c.toggleBlockquote() }),
  tool('tool.rule', { picture: 'rule', do: (c) => c.setHorizontalRule() }),
];

export const inserts: Tool[] = [
  tool('tool.link', { icon: 'link', keys: 'Ctrl+Shift+K', on: mark('link'), do: 'link' }),
  tool('tool.image', { icon: 'image', do: 'image' }),
  tool('tool.libraryImage', { icon: 'books', do: 'libraryImage' }),
  tool('tool.table', { icon: 'table', can: (e) => !inTable(e), do: 'table' }),
  tool('tool.math', { picture: 'formula', keys: 'Ctrl+Shift+M', on: (e) => e.isActive('inlineMath') || e.isActive('blockMath'), do: 'math' }),
  tool('tool.pageBreak', { picture: 'pageBreak', keys: 'Ctrl+Enter', can: (e) => !inTable(e), do: (c) => c.insertPageBreak() }),
];

export const tables: Tool[] = [
  tool('tool.rowAbove', { picture: 'rowAbove', do: (c) => c.addRowBefore() }),
  tool('tool.rowBelow', { picture: 'rowBelow', do: (c) => c.addRowAfter() }),
  tool('tool.columnLeft', { picture: 'columnLeft', do: (c) => c.addColumnBefore() }),
  tool('tool.columnRight', { picture: 'columnRight', do: (c) => c.addColumnAfter() }),
  tool('tool.merge', { picture: 'merge', can: (e) => e.can().mergeCells(), do: (c) => c.mergeCells() }),
  tool('tool.split', { picture: 'split', can: (e) => e.can().splitCell(), do: (c) => c.splitCell() }),
  tool('tool.headRow', { picture: 'headRow', do: (c) => c.toggleHeaderRow() }),
  tool('tool.secondColumn', { icon: 'plus', wordy: true, do: (c) => c.addNamedColumn(t('doc.secondColumn')) }),
  tool('tool.rowDrop', { picture: 'rowDrop', do: (c) => c.deleteRow() }),
  tool('tool.columnDrop', { picture: 'columnDrop', do: (c) => c.deleteColumn() }),
  tool('tool.tableDrop', { icon: 'trash', do: (c) => c.deleteTable() }),
].map((one) => ({ ...one, visible: (c: Editing) => inTable(c.editor) }));

export const tools: Tool[] = [...undoing, ...levels, ...marks, ...moreMarks, ...paragraphs, ...moreParagraphs, ...inserts, ...tables];
