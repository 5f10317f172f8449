/* Where files come from: a choice, a drop (whole folders too) or the clipboard. Each comes with
 * its path inside the folder that was given, so that folders become structure. */
export interface Picked {
  file: File;
  path: string;
}

/* What systems leave behind in folders and nobody means to upload. */
const litter = /^(\.|~\$|Thumbs\.db$|desktop\.ini$|__MACOSX$)/i;

export function fromInput(list: FileList | null): Picked[] {
  return Array.from(list ?? [])
    .map((file) => ({ file, path: file.webkitRelativePath ?? '' }))
    .filter(({ file, path }) => !litter.test(file.name) && !path.split('/').some((part) => litter.test(part)));
}

function readEntries(reader: FileSystemDirectoryReader): Promise<FileSystemEntry[]> {
  return new Promise((yes, no) => reader.readEntries(yes, no));
}

async function walk(entry: FileSystemEntry, into: Picked[]): Promise<void> {
  if (litter.test(entry.name)) return;
  if (entry.isFile) {
    const file = await new Promise<File>((yes, no) => (entry as FileSystemFileEntry).file(yes, no));
    const path = entry.fullPath.replace(/^\//, '');
    into.push({ file, path: path.includes('/') ? path : '' });
    return;
  }
  const reader = (entry as FileSystemDirectoryEntry).createReader();
  for (let some = await readEntries(reader); some.length; some = await readEntries(reader))
    for (const inner of some) await walk(inner, into);
}

export async function fromDrop(data: DataTransfer): Promise<Picked[]> {
  const entries = Array.from(data.items)
    .map((item) => item.webkitGetAsEntry?.() ?? null)
    .filter((entry): entry is FileSystemEntry => entry !== null);
  if (!entries.length) return fromInput(data.files);
  const into: Picked[] = [];
  for (const entry of entries) await walk(entry, into);
  return into;
}

/** A pasted picture has no name of its own: it gets the time. */
export function fromPaste(data: DataTransfer | null, now = new Date()): Picked[] {
  const stamp = now.toISOString().replace(/[-:T]/g, '').slice(0, 14);
  return Array.from(data?.files ?? []).map((file, i) => {
    const nameless = /^image\.\w+$/.test(file.name);
    const ending = file.name.split('.').pop() ?? 'png';
    const named = nameless ? new File([file], `截图-${stamp}${i || ''}.${ending}`, { type: file.type }) : file;
    return { file: named, path: '' };
  });
}
