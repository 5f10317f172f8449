/* Names for things that need one: element ids, and keys that make a creating request safe to
 * repeat. crypto.randomUUID exists only on https, so the uuid is made from random bytes. */
let last = 0;

export function elementId(prefix: string): string {
  last += 1;
  return `${prefix}-${last}`;
}

export function uuid(): string {
  const b = crypto.getRandomValues(new Uint8Array(16));
  b[6] = ((b[6] ?? 0) & 0x0f) | 0x40;
  b[8] = ((b[8] ?? 0) & 0x3f) | 0x80;
  const hex = Array.from(b, (n) => n.toString(16).padStart(2, '0')).join('');
  return [8, 12, 16, 20, 32].map((to, i, at) => hex.slice(i ? at[i - 1] : 0, to)).join('-');
}
