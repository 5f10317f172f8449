/* Words for the codes of the dictionaries, ready for menus and labels. */
import { shallowRef } from 'vue';
import { dicts, type Dicts } from '@/api/dict';
import { wordOf } from '@/text';
import type { Option } from '@/ui';

const all = shallowRef<Dicts>({});
let asked = false;

export function needDicts(): void {
  if (asked) return;
  asked = true;
  dicts().then(
    (d) => (all.value = d),
    () => (asked = false),
  );
}

export function options(dict: string): Option<string>[] {
  return (all.value[dict] ?? []).map((w) => ({ value: w.code, label: wordOf(dict, w.code, w.name) }));
}

export function word(dict: string, code: string): string {
  return wordOf(dict, code, all.value[dict]?.find((w) => w.code === code)?.name ?? code);
}
