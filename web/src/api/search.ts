/* Finding things by words. */
import { get } from './http';
import type { Shape } from './shapes';

export type Suggestion = Shape<'suggestion'>;
export const suggest = async (q: string): Promise<Suggestion[]> =>
  (await get<Shape<'suggest_page'>>('/api/search/suggest', { q })).items;
