/* The parts every view is made of. Nothing but names of what stands in files of its own: whoever
 * takes one part then fetches only that. */
export { default as Avatar } from './Avatar.vue';
export { default as Banner } from './Banner.vue';
export { default as Button } from './Button.vue';
export { default as Check } from './Check.vue';
export { default as Choice } from './Choice.vue';
export { default as Combobox } from './Combobox.vue';
export { default as CopyField } from './CopyField.vue';
export { default as DateField } from './DateField.vue';
export { default as EmptyState } from './EmptyState.vue';
export { default as Field } from './Field.vue';
export { default as FileIcon } from './FileIcon.vue';
export { default as Icon } from './Icon.vue';
export { default as Input } from './Input.vue';
export { default as Menu } from './Menu.vue';
export { default as More } from './More.vue';
export { default as Progress } from './Progress.vue';
export { default as Select } from './Select.vue';
export { default as Skeleton } from './Skeleton.vue';
export { default as Table } from './Table.vue';
export { default as Tabs } from './Tabs.vue';
export { default as Tag } from './Tag.vue';
export { default as Tree } from './Tree.vue';
export { toast } from './toast';
export type { Column, MenuItem, Option, Tone, TreeNode } from './types';
export type { IconName } from './icons';
export { Dialog, QrCode, warmUp } from './later';
