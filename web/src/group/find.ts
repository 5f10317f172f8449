/* Looking up groups while typing. */
import { groups } from '@/api/group';
import type { Option } from '@/ui';

export async function findGroups(q: string): Promise<Option<number>[]> {
  const { items } = await groups();
  return items.filter((g) => g.name.includes(q)).map((g) => ({ value: g.id, label: g.name }));
}
