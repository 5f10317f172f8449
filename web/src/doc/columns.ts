/* A column of its own name at the right end of a table: 二次备课, in which each teacher writes what differs in class. */
import { Extension } from '@tiptap/core';
import { Fragment, type Node } from '@tiptap/pm/model';
import type { EditorState, Transaction } from '@tiptap/pm/state';
import { TableMap } from '@tiptap/pm/tables';

declare module '@tiptap/core' {
  interface Commands<ReturnType> {
    namedColumn: { addNamedColumn: (name: string) => ReturnType };
  }
}

function tableAround(state: EditorState): { node: Node; pos: number } | null {
  const { $from } = state.selection;
  for (let d = $from.depth; d > 0; d -= 1) if ($from.node(d).type.name === 'table') return { node: $from.node(d), pos: $from.before(d) };
  return null;
}

/** Adds the column to the table around the selection; the first row gets a header cell with the name. */
export function addColumn(state: EditorState, tr: Transaction, name: string): boolean {
  const table = tableAround(state);
  if (!table) return false;
  const { tableHeader, tableCell, paragraph } = state.schema.nodes;
  if (!tableHeader || !tableCell || !paragraph) return false;
  const map = TableMap.get(table.node);
  for (let row = map.height - 1; row >= 0; row -= 1) {
    const at = map.positionAt(row, map.width, table.node);
    const cell = row === 0 ? tableHeader.create(null, paragraph.create(null, state.schema.text(name))) : tableCell.create(null, paragraph.create());
    tr.insert(table.pos + 1 + at, Fragment.from(cell));
  }
  return true;
}

export const NamedColumn = Extension.create({
  name: 'namedColumn',
  addCommands: () => ({
    addNamedColumn:
      (name) =>
      ({ state, tr, dispatch }) =>
        dispatch ? addColumn(state, tr, name) : true,
  }),
});
