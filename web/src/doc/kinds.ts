/* The templates a document begins from. */
import type { DocBody } from '@/api/doc';
import type { IconName } from '@/ui';

export const kinds: { code: DocBody['kind']; icon: IconName }[] = [
  { code: 'plan', icon: 'table' },
  { code: 'guide', icon: 'list' },
  { code: 'homework', icon: 'edit' },
  { code: 'observation', icon: 'eye' },
  { code: 'blank', icon: 'file' },
];

export const pictureOf = (code: string): IconName => kinds.find((k) => k.code === code)?.icon ?? 'file';
