/* What can be done with a document as a whole. */
import type { Action } from '@/actions/registry';
import type { DocFormat } from '@/api/doc';
import { panels } from '@/shell/panels';
import type { Paper } from './print';
import { t, type DocKey } from './words';

export interface DocContext {
  writer: boolean;
  template: boolean;
  /* May say whether it is one. */
  offers: boolean;
  /* The document it is a branch of, or 0. */
  parent: number;
  toggle: (what: 'outline' | 'side') => void;
  find: (replace: boolean) => unknown;
  write: () => unknown;
  print: (paper: Paper) => unknown;
  bar: () => unknown;
  branch: () => unknown;
  toBase: () => unknown;
  own: () => unknown;
  setTemplate: (on: boolean) => unknown;
  /* The house makes PDFs. */
  pdf: boolean;
  save: (format: DocFormat, paper?: Paper) => unknown;
}

type DocAction = Action<DocContext>;
const act = (id: DocKey, icon: DocAction['icon'], perform: DocAction['perform'], more: Partial<DocAction> = {}): DocAction => ({
  id,
  icon,
  label: () => t(id),
  perform,
  ...more,
});
const writer = (c: DocContext) => c.writer;

export const docActions: DocAction[] = [
  act('doc.find', 'search', (c) => c.find(false), { shortcut: 'Ctrl+F' }),
  act('doc.replace', 'swap', (c) => c.find(true), { shortcut: 'Ctrl+H', visible: writer }),
  act('doc.outline', 'list', (c) => c.toggle('outline')),
  act('doc.history', 'clock', (c) => c.toggle('side')),
  act('doc.mode', 'edit', (c) => c.write(), { visible: writer }),
  act('doc.branch', 'edit', (c) => c.branch(), { visible: (c) => !c.parent }),
  act('doc.toBase', 'users', (c) => c.toBase(), { visible: (c) => c.parent > 0 }),
  act('doc.own', 'eye', (c) => c.own(), { visible: (c) => c.parent > 0 }),
  act('doc.print', 'print', (c) => c.print('a4'), { shortcut: 'Ctrl+P' }),
  act('doc.print16k', 'print', (c) => c.print('16k')),
  act('doc.docx', 'download', (c) => c.save('docx', 'a4')),
  act('doc.docx16k', 'download', (c) => c.save('docx', '16k')),
  act('doc.pdf', 'download', (c) => c.save('pdf', 'a4'), { visible: (c) => c.pdf }),
  act('doc.pdf16k', 'download', (c) => c.save('pdf', '16k'), { visible: (c) => c.pdf }),
  act('doc.html', 'download', (c) => c.save('html')),
  act('doc.md', 'download', (c) => c.save('md')),
  act('doc.templateOn', 'star', (c) => c.setTemplate(true), { visible: (c) => c.offers && !c.template }),
  act('doc.templateOff', 'star', (c) => c.setTemplate(false), { visible: (c) => c.offers && c.template }),
  act('doc.keys', 'keyboard', () => (panels.keys = true), { shortcut: 'Ctrl+/' }),
  act('doc.bar', 'edit', (c) => c.bar(), { shortcut: 'Alt+F10', told: true, visible: writer }),
];
