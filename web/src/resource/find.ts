/* Looking up resources while typing. */
import { myResources, searchResources } from '@/api/resource';
import type { Option } from '@/ui';

export async function findResources(q: string): Promise<Option<number>[]> {
  const { items } = q ? await searchResources({ q, limit: 10 }) : await myResources({ limit: 8 });
  return items.map((r) => ({ value: r.id, label: r.title, hint: r.owner_name }));
}
