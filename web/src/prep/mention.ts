/* @ somebody: a name written after the sign. Pure. */
interface Named {
  person: number;
  name: string;
}

/** Who is meant in a text; of two names the longer one. */
export function mentioned(text: string, people: readonly Named[]): number[] {
  const found = new Set<number>();
  const byLength = [...people].sort((a, b) => b.name.length - a.name.length);
  for (const part of text.split('@').slice(1)) {
    const hit = byLength.find((p) => p.name && part.startsWith(p.name));
    if (hit) found.add(hit.person);
  }
  return [...found];
}
