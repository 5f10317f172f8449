/* The rule for passwords, told while typing; the server asks the same and knows the weak ones. */
export function classes(password: string): number {
  return [/[A-Z]/, /[a-z]/, /[0-9]/, /[^A-Za-z0-9]/].filter((one) => one.test(password)).length;
}

export function strong(password: string): boolean {
  return Array.from(password).length >= 8 && classes(password) >= 3;
}
