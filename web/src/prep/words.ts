/* The words of joint lesson preparation, which come with it. */
import { wordsOf } from '@/text';
import { zhPrep } from '@/text/zh-prep';

const own = wordsOf(zhPrep, async () => (await import('@/text/en-prep')).enPrep);
export const { t, ready } = own;
type PrepKey = keyof typeof zhPrep;

/** The words for a code there are words for, or the code itself. */
export function name(prefix: string, code: string): string {
  const key = `${prefix}.${code}`;
  return key in zhPrep ? t(key as PrepKey) : code;
}
