/* Kinds of school by the code of the education statistics. */
import { has, t, type Key } from '@/text';

export const schoolTypes = ['111', '211', '218', '311', '312', '341', '342', '345', '361', '511'];

export function typeName(code: string): string {
  const key = `schoolType.${code}`;
  return has(key) ? t(key as Key) : code;
}
