/* Weighs the built client against its budgets and fails when one is exceeded.
 *
 * The unit is KB (1000 bytes) after gzip -9, as the line carries it. "First route" is everything
 * the browser must have before the home page shows: the entry and the start it asks for,
 * the frame around every page and the home view among it. A further route is weighed by what it adds to that, what is opened
 * inside the editor of documents or a session of joint preparation by what it adds to that. What is heavy and wanted on demand
 * only (pdf.js, formulas) and the editor have budgets of their own. */
import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';

const out = new URL('../../build/web/', import.meta.url);
const manifest = JSON.parse(readFileSync(new URL('.vite/manifest.json', out), 'utf8'));

const budget = { firstJs: 75, firstCss: 15, route: 25, own: { 'pdfjs-dist': 200, katex: 86, 'doc/DocView': 215, 'prep/PrepPaper': 215 } };
/* View → what is opened inside it. */
const inside = {
  'src/doc/DocView.vue': ['BranchBar', 'CameDialog', 'HistoryPane', 'LibraryImageDialog', 'MathDialog', 'TableDialog', 'VersionView'].map((one) => `src/doc/${one}.vue`).concat('node_modules/katex/dist/katex.mjs'),
  'src/prep/SessionView.vue': ['CancelledBanner', 'ChatPane', 'FinalizeDialog', 'MaterialPane', 'OpinionItem', 'OpinionPane', 'PeoplePane', 'PrepPaper', 'RecordPane', 'ReflectPane', 'TimerBar'].map((one) => `src/prep/${one}.vue`),
};
const viewOf = (key) => Object.keys(inside).find((view) => inside[view].includes(key));
const frame = ['src/shell/Shell.vue', 'src/home/HomeView.vue'];

const weights = new Map();
function weigh(file) {
  if (!weights.has(file))
    weights.set(file, gzipSync(readFileSync(new URL(file, out)), { level: 9 }).length / 1000);
  return weights.get(file);
}

/** The keys of everything `key` pulls in at once, itself included. */
function closure(key, seen = new Set()) {
  if (seen.has(key)) return seen;
  seen.add(key);
  for (const next of manifest[key]?.imports ?? []) closure(next, seen);
  return seen;
}

function filesOf(keys) {
  const js = new Set();
  for (const key of keys) if (manifest[key].file.endsWith('.js')) js.add(manifest[key].file);
  return js;
}

/* All styles are one file, which the first page brings. */
const styles = new Set([manifest['style.css'].file]);

const sum = (files) => [...files].reduce((total, file) => total + weigh(file), 0);
const kb = (n) => n.toFixed(1).padStart(6);

const entry = Object.keys(manifest).find((key) => manifest[key].isEntry);
if (!entry || frame.some((key) => manifest[key])) throw new Error('the frame and the home view are not part of the start');
const start = manifest[entry].dynamicImports.find((key) => manifest[key].name === 'start');
const first = filesOf([...closure(entry), ...closure(start)]);

let failed = false;
function judge(name, weight, limit) {
  const over = weight > limit;
  failed ||= over;
  console.log(`${over ? 'OVER' : 'ok  '} ${kb(weight)} of ${kb(limit)} KB  ${name}`);
}

judge('shell and first route, JS', sum(first), budget.firstJs);
judge('shell and first route, CSS', sum(styles), budget.firstCss);

for (const key of Object.keys(manifest).sort()) {
  const chunk = manifest[key];
  if (!chunk.isDynamicEntry || key === start) continue;
  const own = filesOf(closure(key));
  const view = viewOf(key);
  const before = view ? new Set([...first, ...filesOf(closure(view))]) : first;
  const added = [...own].filter((f) => !before.has(f));
  const special = Object.keys(budget.own).find((part) => key.includes(part));
  judge(key, sum(added), special ? budget.own[special] : budget.route);
}
process.exit(failed ? 1 : 0);
