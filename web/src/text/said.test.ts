/* Whatever the server can say to a browser has English. Its sources are read: every string with Chinese in it, as far
 * as it does not stand below, where it is said why it never gets to the client. */
import { readFileSync, readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { codeWords } from './en-codes';
import { inEnglish, saidCodes, saidWords } from './en-said';
import { said, setLanguage } from './index';

const server = '../server/';
const han = /\p{Script=Han}/u;

/* File → why none of its Chinese is shown by the client. */
const elsewhere: [RegExp, string][] = [
  [/^(main|door\/door|app\/(command\w*|config|house|worker|check|dbcopy|restore|backup_old|import|export))\.c$|^app\/(commands|config|control)\.def$/, 'said in the terminal'],
  [/^app\/demo/, 'what stands in the demonstration county: data'],
  [/^app\/import_guess\.c$|^format\/(docx|xlsx_write)\.c$|^base\/pinyin|^app\/search_index\.c$/, 'what is found in files and names'],
  [/^app\/(dict|jobs|settings)\.def$/, 'words for codes, which en-codes.ts has; those that also stand in sentences are below'],
  [/^app\/perms\.def$/, 'roles are codes too; the capabilities are for the documents'],
  [/^app\/handover\.def$|^http\/(routes\.def|openapi\.c)$/, 'for the documents'],
  [/^format\/(magic\.def|kind\.c)$/, 'names of kinds of files, not sent'],
  [/^http\/(link|asset)\.c$/, 'pages of the server itself, shown instead of the client'],
  [/^app\/pack\.c$/, 'names of files inside packs, apart from its sentences'],
];
/* In these files only sentences are said; the words in them are looked for in what people give. */
const sentencesOnly = /^app\/(roster_read|taxon|pack)\.c$/;
/* A file without a name gets this one. */
const names = ['未命名'];

/* "a %.*s" PRId64 "b" → a {}b, as the keys of the table are written. */
function keyOf(literals: string): string {
  const whole = literals.replace(/"((?:\\.|[^"\\])*)"|\bPRI\w+|[A-Z]\w*/g, (one, text?: string) => (one.startsWith('"') ? (text ?? '') : one.startsWith('PRI') ? 'd' : '%s'));
  return whole
    .replace(/\\(.)|\s+(?=%s|$)/g, (_, c: string | undefined) => (c === 'n' ? '\n' : (c ?? '')))
    .replace(/%(%|(?:\.\*)?(?:l+|z)?[dsu])/g, (_, kind: string) => (kind === '%' ? '%' : '{}'))
    .replace(/\{\w+\}/g, '{}');
}
function stringsOf(file: string): string[] {
  const code = readFileSync(server + file, 'utf8').replace(/\/\*[\s\S]*?\*\//g, '');
  const found = code.match(/"(?:\\.|[^"\\\n])*"(?:\s*(?:"(?:\\.|[^"\\\n])*"|PRI\w+|TUS_VERSION))*/g) ?? [];
  return found.filter((one) => han.test(one)).map(keyOf);
}
const files = (readdirSync(server, { recursive: true }) as string[]).filter((name) => /\.(c|def)$/.test(name)).sort();
const wanted = files.filter((file) => !elsewhere.some(([where]) => where.test(file)) || sentencesOnly.test(file)).flatMap((file) =>
  stringsOf(file).filter((one) => !names.includes(one) && (!sentencesOnly.test(file) || /[。：]$/.test(one))),
);
it('dump', () => { console.log(JSON.stringify([...new Set(wanted)], null, 0)); });
