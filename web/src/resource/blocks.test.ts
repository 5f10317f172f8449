import { expect, it } from 'vitest';
import { blocks } from './blocks';

it('makes a table of lines with tabs and leaves the rest as it is', () => {
  expect(blocks('教学过程\n环节\t教师\t学生\n导入\t提问\n\n板书')).toEqual([
    { text: '教学过程' },
    { rows: [['环节', '教师', '学生'], ['导入', '提问', '']] },
    { text: '\n板书' },
  ]);
});

it('takes one line with a tab for a line', () => {
  expect(blocks('姓名\t班级\n正文')).toEqual([{ text: '姓名\t班级\n正文' }]);
  expect(blocks('')).toEqual([{ text: '' }]);
});
