import { expect, it } from 'vitest';
import { fromDrop, fromInput, fromPaste } from './pick';

const file = (name: string, path = '') => Object.defineProperty(new File(['x'], name), 'webkitRelativePath', { value: path });
const list = (...files: File[]) => files as unknown as FileList;

it('keeps folders as paths and leaves litter out', () => {
  const picked = fromInput(list(file('a.docx', '三下/a.docx'), file('Thumbs.db', '三下/Thumbs.db'), file('~$a.docx'), file('x.txt', '.git/x.txt')));
  expect(picked.map((p) => p.path)).toEqual(['三下/a.docx']);
});

it('names pasted pictures by the time', () => {
  const data = { files: list(file('image.png'), file('课件.pptx')) } as unknown as DataTransfer;
  const picked = fromPaste(data, new Date(Date.UTC(2025, 8, 1, 8, 20, 5)));
  expect(picked.map((p) => p.file.name)).toEqual(['截图-20250901082005.png', '课件.pptx']);
});

it('walks dropped folders to the end of every batch', async () => {
  const leaf = (name: string, dir: string) => ({ name, isFile: true, fullPath: `/${dir}/${name}`, file: (yes: (f: File) => void) => yes(file(name)) });
  const batches = [[leaf('1.txt', '课'), leaf('2.txt', '课')], [leaf('3.txt', '课'), leaf('.DS_Store', '课')], []];
  const dir = { name: '课', isFile: false, fullPath: '/课', createReader: () => ({ readEntries: (yes: (e: unknown) => void) => yes(batches.shift()) }) };
  const data = { items: [{ webkitGetAsEntry: () => dir }], files: [] } as unknown as DataTransfer;
  expect((await fromDrop(data)).map((p) => p.path)).toEqual(['课/1.txt', '课/2.txt', '课/3.txt']);
});
