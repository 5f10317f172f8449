/* The words of the client. One table per language with the same keys (the type says so, a test
 * says it again); Chinese is built in, English is fetched when wanted.
 *
 *   t('list.count', { n: 20 })   → 20 条
 *
 * `t` reads a reactive table, so whatever rendered with it renders again when the language
 * changes. */
import { shallowRef, watch } from 'vue';
import { zh } from './zh-CN';

export type Key = keyof typeof zh;
export type Language = 'zh-CN' | 'en';
type Table = Readonly<Record<Key, string>>;

const table = shallowRef<Table>(zh);
const inEnglish = shallowRef<((sentence: string) => string) | null>(null);
const codeWords = shallowRef<Readonly<Record<string, string>>>({});
export const language = shallowRef<Language>('zh-CN');

export function t(key: Key, values?: Record<string, string | number>): string {
  return filled(table.value[key], values);
}

function filled(words: string, values?: Record<string, string | number>): string {
  if (!values) return words;
  return words.replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
}

/** The words of a part of the client that is fetched by itself, in a table that comes with it, and its English
 * when that is wanted; `ready` waits for it. Other keys are the common ones. */
export function wordsOf<T extends Readonly<Record<string, string>>>(chinese: T, english: () => Promise<Record<keyof T, string>>) {
  const here = shallowRef<Record<keyof T, string>>(chinese);
  let coming: Promise<unknown> = Promise.resolve();
  const change = async (to: Language) => void (here.value = to === 'en' ? await english() : chinese);
  watch(language, (to) => (coming = change(to)), { immediate: true, flush: 'sync' });
  return {
    t: (key: (keyof T & string) | Key, values?: Record<string, string | number>): string =>
      key in chinese ? filled(here.value[key], values) : t(key as Key, values),
    ready: () => coming,
  };
}

/** True when the table has words for a key made at run time (`kind.${code}`). */
export function has(key: string): key is Key {
  return key in zh;
}

/** The words for a code of the server, or the code itself when it is newer than this client. */
export function name(prefix: string, code: string | null | undefined): string {
  if (!code) return '';
  const key = `${prefix}.${code}`;
  return has(key) ? t(key) : code;
}

/** The server's own word for a code, which is Chinese, or the word in the language chosen. */
export function wordOf(list: string, code: string, own: string): string {
  return codeWords.value[`${list}.${code}`] ?? own;
}

/** A sentence of the server, which is Chinese, in the language chosen; one it does not know stays as it is. */
export function said(sentence: string): string {
  return inEnglish.value ? inEnglish.value(sentence) : sentence;
}

/** The codes there are words for: codes('act') of act.session.enter has session.enter. */
export function codes(prefix: string): string[] {
  return Object.keys(zh).flatMap((key) => (key.startsWith(`${prefix}.`) ? [key.slice(prefix.length + 1)] : []));
}

export async function setLanguage(next: Language): Promise<void> {
  const english = next === 'en' ? await Promise.all([import('./en'), import('./en-codes'), import('./in-english')]) : null;
  table.value = english ? english[0].en : zh;
  codeWords.value = english ? english[1].codeWords : {};
  inEnglish.value = english ? english[2].inEnglish : null;
  language.value = next;
  document.documentElement.lang = next;
}
