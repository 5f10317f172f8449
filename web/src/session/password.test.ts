import { expect, it } from 'vitest';
import { strong } from './password';

it('wants eight characters of three classes', () => {
  expect(['Abc12345', 'abc_1234', 'ABC-1234', '备课Abcd1!'].map(strong)).toEqual([true, true, true, true]);
  expect(['abcdefgh', 'abc12345', 'Ab1_', 'ABCD1234'].map(strong)).toEqual([false, false, false, false]);
});
