/* Tables, written only because somebody here wrote. Their plugins put things in order whenever the document changed: rows
 * that got uneven, the selection. With several people each window would do that to what another wrote, once each, and a
 * window that only reads would write. So they look only at changes made here. */
import { isChangeOrigin } from '@tiptap/extension-collaboration';
import { Table } from '@tiptap/extension-table';
import type { Plugin, Transaction } from '@tiptap/pm/state';

const madeHere = (trs: readonly Transaction[]): boolean => trs.some((tr) => !isChangeOrigin(tr));

function quiet(plugin: Plugin): Plugin {
  const tidy = plugin.spec.appendTransaction;
  if (tidy) plugin.spec.appendTransaction = (trs, before, after) => (madeHere(trs) ? tidy.call(plugin, trs, before, after) : null);
  return plugin;
}

export const QuietTable = Table.extend({
  addProseMirrorPlugins() {
    return (this.parent?.() ?? []).map(quiet);
  },
});
