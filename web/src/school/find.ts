/* Looking up schools and people while typing. */
import { persons } from '@/api/person';
import { schools, towns } from '@/api/school';
import type { Option } from '@/ui';

export async function findSchools(q: string): Promise<Option<number>[]> {
  const { items } = await schools({ q, limit: 12 });
  return items.map((s) => ({ value: s.id, label: s.name }));
}

export async function findPersons(q: string): Promise<Option<number>[]> {
  if (!q) return [];
  const { items } = await persons({ q, limit: 12 });
  return items.map((p) => ({ value: p.id, label: p.name, hint: p.school_name }));
}

export async function findTowns(q: string): Promise<Option<number>[]> {
  return (await towns()).filter((x) => x.name.includes(q)).map((x) => ({ value: x.id, label: x.name }));
}
