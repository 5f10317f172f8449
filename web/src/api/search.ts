/* Finding things by words. */
import { get } from './http';
import type { Shape } from './shapes';

export type Suggestion = Shape<'suggestion'>;

/* A place is told by what it lies in; its own name stands before that already. */
const inside = (s: Suggestion): Suggestion =>
  s.noun === 'taxon' && s.hint?.endsWith(` · ${s.text}`) ? { ...s, hint: s.hint.slice(0, -s.text.length - 3) } : s;

export const suggest = async (q: string): Promise<Suggestion[]> =>
  (await get<Shape<'suggest_page'>>('/api/search/suggest', { q })).items.map(inside);
