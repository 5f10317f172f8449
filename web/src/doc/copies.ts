/* Which documents this browser keeps a copy of, and whether anything unsaved is in it: that stands in localStorage.
 * What holds nothing unsaved is removed when somebody logs out or comes to the list of documents: a window that was
 * closed had no time to. */
const place = 'jibei.docs';

type Register = Record<string, { unsaved: boolean }>;

function register(): Register {
  try {
    return JSON.parse(localStorage.getItem(place) ?? '{}') as Register;
  } catch {
    return {};
  }
}

/** A copy exists and holds something unsaved, or nothing; null: it is gone. */
export function note(name: string, unsaved: boolean | null): void {
  const all = register();
  if (unsaved === null) delete all[name];
  else all[name] = { unsaved };
  try {
    localStorage.setItem(place, JSON.stringify(all));
  } catch {
    /* a full or forbidden store: then there is no copy to find either */
  }
}

/** Removes the copies that hold nothing unsaved. One that another window has open goes when that is closed. */
export function sweepCopies(): void {
  for (const [name, { unsaved }] of Object.entries(register())) {
    if (unsaved) continue;
    try {
      indexedDB.deleteDatabase(name);
    } catch {
      /* a browser that keeps nothing */
    }
    note(name, null);
  }
}
