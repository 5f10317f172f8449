/* What the components speak among themselves. No product word stands here. */
import type { IconName } from './icons';

export interface Option<V = string | number> {
  value: V;
  label: string;
  hint?: string;
  disabled?: boolean;
}

export type Tone = 'neutral' | 'primary' | 'success' | 'warning' | 'danger';

export interface MenuItem {
  id: string;
  label: string;
  icon?: IconName;
  hint?: string;
  danger?: boolean;
  disabled?: boolean;
  separated?: boolean;
  run: () => void;
}

export interface Column<R> {
  key: string;
  title: string;
  /* The words of a cell, when no slot named after the column draws it. */
  text?: (row: R) => string;
  sortable?: boolean;
  align?: 'end';
  width?: string;
  /* On a phone the first such column is the card's heading. */
  heading?: boolean;
  /* On a phone it stands in the card's corner: what can be done with the row. */
  corner?: boolean;
  hideOnPhone?: boolean;
}

export interface TreeNode {
  id: number | string;
  label: string;
  count?: string;
  leaf?: boolean;
  children?: TreeNode[];
}
