/* Words for what a search can be narrowed by. */
import { word } from '@/dict/store';
import { wordOf } from '@/text';

const dicts: Record<string, string> = { kind: 'resource_kind', lesson_type: 'lesson_type', scope: 'scope', subject: 'subject', grade: 'grade' };

/** `own` is what the server calls the value, in Chinese; a code of a dictionary has words in each language. */
export function facetLabel(facet: string, value: string, own?: string): string {
  const dict = dicts[facet];
  return dict ? wordOf(dict, value, own || word(dict, value)) : own || value;
}
