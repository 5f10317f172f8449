/* What the editor takes for granted and browsers before Chrome 97 have not. */
function add(to: object, name: string, what: (...args: never[]) => unknown): void {
  if (!(name in to)) Object.defineProperty(to, name, { value: what, writable: true, configurable: true });
}

type Test = (value: unknown, index: number, all: unknown[]) => boolean;
add(Array.prototype, 'findLast', function (this: unknown[], test: Test) {
  for (let i = this.length - 1; i >= 0; i -= 1) if (test(this[i], i, this)) return this[i];
  return undefined;
});
add(Array.prototype, 'findLastIndex', function (this: unknown[], test: Test) {
  for (let i = this.length - 1; i >= 0; i -= 1) if (test(this[i], i, this)) return i;
  return -1;
});
add(Array.prototype, 'at', function (this: unknown[], i: number) {
  return this[i < 0 ? this.length + i : i];
});
add(String.prototype, 'replaceAll', function (this: string, what: string | RegExp, by: string) {
  return typeof what === 'string' ? this.split(what).join(by) : this.replace(what, by);
});
add(Object, 'hasOwn', (thing: object, key: PropertyKey) => Object.prototype.hasOwnProperty.call(thing, key));
