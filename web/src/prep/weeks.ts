/* Sessions by week, the order they came in kept. Pure. */
import type { PrepCard } from '@/api/prep';
import { monday } from './times';

export interface Week {
  key: string;
  week: number;
  items: PrepCard[];
}

export function byWeek(cards: readonly PrepCard[]): Week[] {
  const weeks = new Map<string, Week>();
  for (const c of cards) {
    const key = c.starts_at ? monday(c.starts_at) : '';
    const known = weeks.get(key) ?? { key, week: 0, items: [] };
    known.items.push(c);
    known.week ||= c.week;
    weeks.set(key, known);
  }
  return [...weeks.values()];
}
