/* The words of live documents, which come with them. */
import { wordsOf } from '@/text';
import { zhDoc } from '@/text/zh-doc';

const own = wordsOf(zhDoc, async () => (await import('@/text/en-doc')).enDoc);
export const { t, ready } = own;
export type DocKey = keyof typeof zhDoc;

/** The words for a code there are words for, or the code itself. */
export function name(prefix: string, code: string): string {
  const key = `${prefix}.${code}`;
  return key in zhDoc ? t(key as DocKey) : code;
}
