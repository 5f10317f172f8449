/* Whatever the server can say to a browser has English. Its sources are read: every string with Chinese in it, as far
 * as it does not stand below, where it is said why it never gets to the client. */
import { readFileSync, readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { codeWords } from './en-codes';
import { saidCodes, saidWords } from './en-said';
import { inEnglish } from './in-english';
import { said, setLanguage } from './index';

const server = '../server/';
const han = /\p{Script=Han}/u;

/* File → why none of its Chinese is shown by the client. */
const elsewhere: [RegExp, string][] = [
  [/^(main|door\/door|app\/(command\w*|config|house|house_owner|worker|check|dbcopy|restore|backup_old|import|export))\.c$|^app\/(commands|config|control)\.def$/, 'said in the terminal'],
  [/^app\/(doc_templates\.def|prep_remarks\.c)$/, 'what stands in documents and on paper: data'],
  [/^app\/demo/, 'what stands in the demonstration county: data'],
  [/^app\/import_guess\.c$|^format\/(docx|xlsx_write)\.c$|^base\/pinyin|^app\/search_index\.c$/, 'what is found in files and names'],
  [/^app\/(dict|jobs|settings)\.def$/, 'words for codes, which en-codes.ts has; those that also stand in sentences are below'],
  [/^app\/perms\.def$/, 'roles are codes too; the capabilities are for the documents'],
  [/^app\/handover\.def$|^http\/(routes\.def|openapi\.c)$/, 'for the documents'],
  [/^format\/(magic\.def|kind\.c)$/, 'names of kinds of files, not sent'],
  [/^format\/(docx_\w+|omml_write|paper_(docx|html|md)\w*)\.c$|^app\/timetable_held\.c$/, 'what is found and written in files'],
  [/^app\/prep_paper\.(c|def)$/, 'the form as it is printed, which schools file in Chinese'],
  [/^http\/(link|sign|asset)\.c$/, 'pages of the server itself, shown instead of the client'],
];
/* In these files only sentences are said; the words in them are looked for in what people give, or name files. */
const sentencesOnly = /^app\/(roster_read|taxon|pack|teaching_book|timetable_read|prep_act|prep_docs|prep_list|prep_publish|prep_record|prep_stats)\.c$|^http\/calendar_feed\.c$/;
/* Terminal words in files that otherwise speak to the client, and the name of a file that has none. */
const others = ['备份完成：{}，{} 个文件，共 {} 字节，其中新复制 {} 字节。\n', '级别是 debug、info、warn、error 之一。', '--trust-proxy 的值不对：{}。应写成网段，如 127.0.0.1/32。\n', '未命名', '导入的文档', '[图片：{}]'];

/* "a %.*s" PRId64 "b" → a {}b, as the keys of the table are written. */
function keyOf(literals: string): string {
  const parts = literals.match(/"(?:\\.|[^"\\])*"|\w+/g) ?? [];
  const whole = parts.map((part) => (part.startsWith('"') ? part.slice(1, -1) : part.startsWith('PRI') ? 'd' : '%s')).join('');
  return whole
    .replace(/\\(.)/g, (_, c: string) => (c === 'n' ? '\n' : c))
    .replace(/%(%|(?:\.\*)?(?:l+|z)?[dsu])/g, (_, kind: string) => (kind === '%' ? '%' : '{}'))
    .replace(/\{\w+\}/g, '{}');
}
function stringsOf(file: string): string[] {
  const code = readFileSync(server + file, 'utf8').replace(/\/\*[\s\S]*?\*\//g, '');
  const found = code.match(/"(?:\\.|[^"\\\n])*"(?:\s*(?:"(?:\\.|[^"\\\n])*"|PRI\w+|TUS_VERSION))*/g) ?? [];
  return found.filter((one) => han.test(one)).map(keyOf);
}
const files = (readdirSync(server, { recursive: true }) as string[]).filter((name) => /\.(c|h|def)$/.test(name));
const wanted = files
  .filter((file) => !elsewhere.some(([where]) => where.test(file)))
  .flatMap((file) => stringsOf(file).filter((one) => !others.includes(one) && (!sentencesOnly.test(file) || one.endsWith('。'))));

/* The rows of a list of codes whose words stand in sentences: words → code. */
function rowsOf(name: string, row: RegExp): [string, string][] {
  return [...readFileSync(`${server}app/${name}.def`, 'utf8').matchAll(row)].map(([, code = '', words = '']) => [words, code]);
}

describe('what the server says', () => {
  it('is found in its sources', () => {
    expect(wanted.length).toBeGreaterThan(250);
    for (const [where, why] of elsewhere) expect(files.some((file) => where.test(file)), why).toBe(true);
  });
  it('has English, all of it', () => {
    expect(wanted.filter((one) => !(one in saidWords))).toEqual([]);
  });
  it('is said somewhere, and filled in without a blank left over', () => {
    const dicts = rowsOf('dict', /^DICT\((\w+), "([^"]+)"\)/gm).map(([words]) => words);
    expect(Object.keys(saidWords).filter((one) => !wanted.includes(one) && !dicts.includes(one))).toEqual([]);
    expect(dicts.filter((one) => !(one in saidWords))).toEqual([]);
    for (const [key, english] of Object.entries(saidWords)) {
      const blanks = key.split('{}').length - 1;
      const filled = [...english.matchAll(/\{=?(\d)\}/g)].map((m) => Number(m[1])).sort();
      expect(filled, key).toEqual([...Array(blanks).keys()]);
      if (!/“[一二三四七高语姓工单周第]/.test(english)) expect(han.test(english), english).toBe(false);
    }
  });
  it('has the words for codes that stand in sentences', () => {
    const rows: [string, string, RegExp][] = [
      ['job', 'jobs', /^JOB\((\w+),.*"([^"]+)"\)/gm],
      ['role', 'perms', /^ROLE\((\w+),.*"([^"]+)"\)/gm],
      ['setting', 'settings', /^SET\((\w+),.*"([^"]+)"\)/gm],
      ['resource_state', 'dict', /^ROW\(resource_state, \d+, (\w+), "([^"]+)"\)/gm],
      ['resource_act', 'dict', /^ROW\(resource_act, \d+, (\w+), "([^"]+)"\)/gm],
    ];
    const codes = rows.flatMap(([list, def, row]) => rowsOf(def, row).map(([words, code]) => [words, `${list}.${code}`] as const));
    expect(codes.length).toBeGreaterThan(50);
    expect(codes.filter(([words]) => !(words in saidCodes)).map(([words]) => words)).toEqual([]);
    expect(Object.entries(saidCodes).filter(([words, code]) => !(code in codeWords) || !codes.some(([w, c]) => w === words && c === code))).toEqual([]);
  });
  it('is put together again in English', () => {
    expect(inEnglish('您的资源“课例”被退回修改：请补充板书')).toBe('Your resource “课例” was returned for changes: 请补充板书');
    expect(inEnglish('后台任务“自动备份”没有成功：不能写备份目录 /mnt/a（没有权限），请检查目录是否存在、有写入权限、网络存储已连接。')).toBe(
      'The job “Nightly backup” failed: Cannot write to the backup folder /mnt/a (no permission). Please check that it exists and may be written to, and that the network storage is connected.',
    );
    expect(inEnglish('已发布的资源不能“提交审批”，请刷新后查看。')).toMatch(/state: Published, action: Submit/);
    expect(inEnglish('集体备课“荷花”改在2025年9月3日（周三）14:30。')).toBe('The joint preparation “荷花” has been moved to Wed 3 Sep 2025, 14:30.');
    expect(inEnglish('集体备课“荷花”的“研讨”阶段将在2026年11月28日（周六）21:00截止。')).toBe('The joint preparation “荷花”: the stage “Discussion” ends on Sat 28 Nov 2026, 21:00.');
    expect(inEnglish('新版本才有的一句话。')).toBe('新版本才有的一句话。');
  });
  it('stays Chinese in Chinese', async () => {
    expect(said('请填写标题。')).toBe('请填写标题。');
    await setLanguage('en');
    expect(said('请填写标题。')).toBe('Please fill in the title.');
    await setLanguage('zh-CN');
    expect(said('请填写标题。')).toBe('请填写标题。');
  });
});
