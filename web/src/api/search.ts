/* Finding things by words. */
import { get } from './http';

export interface Suggestion {
  noun: string;
  id: number | null;
  text: string;
  hint?: string;
}
export const suggest = async (q: string): Promise<Suggestion[]> =>
  (await get<{ items: Suggestion[] }>('/api/search/suggest', { q })).items;
