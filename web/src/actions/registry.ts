/* What a person can do, each thing said once. An action knows its name, picture, shortcut and
 * when it makes sense; menus, the palette (Ctrl+K), the shortcut sheet (?) and the keyboard all
 * read the same objects.
 *
 * Actions about a thing get it as their context. A view binds its actions while it is shown
 * (useActions); the shell's are bound always. */
import { computed, onScopeDispose, shallowReactive } from 'vue';
import { t, type Key } from '@/text';
import type { IconName, MenuItem } from '@/ui';

export interface Action<C = void> {
  id: string;
  name?: Key;
  icon?: IconName;
  /* Words that depend on the thing, or stand in another table, instead of `name`. */
  label?: (context: C) => string;
  /* 'Ctrl+K', 'n', '?', or two keys one after the other: 'g h'. */
  shortcut?: string;
  /* What has the focus listens for the shortcut itself (a text that is edited): here it is only told. */
  told?: boolean;
  danger?: boolean;
  /* Not offered at all … */
  visible?: (context: C) => boolean;
  /* … or offered, but not now. */
  enabled?: (context: C) => boolean;
  perform: (context: C) => unknown;
}

export interface Bound {
  id: string;
  label: string;
  icon?: IconName;
  shortcut?: string;
  told: boolean;
  danger: boolean;
  enabled: boolean;
  here: boolean;
  run: () => unknown;
}

interface Binding {
  here: boolean;
  list: () => Bound[];
}

const bindings = shallowReactive(new Set<Binding>());

export function bind<C>(actions: readonly Action<C>[], context: C, here = false): Bound[] {
  return actions
    .filter((a) => a.visible?.(context) ?? true)
    .map((a) => ({
      id: a.id,
      label: a.label?.(context) ?? (a.name ? t(a.name) : a.id),
      icon: a.icon,
      shortcut: a.shortcut,
      told: a.told ?? false,
      danger: a.danger ?? false,
      enabled: a.enabled?.(context) ?? true,
      here,
      run: () => a.perform(context),
    }));
}

/** Offers actions as long as the calling component lives; `context` null means "not now". */
export function useActions<C>(actions: readonly Action<C>[], context: () => C | null, here = true): void {
  const binding: Binding = {
    here,
    list: () => {
      const c = context();
      return c === null ? [] : bind(actions, c, here);
    },
  };
  bindings.add(binding);
  onScopeDispose(() => bindings.delete(binding));
}

/** Everything that can be done now; what belongs to the page shown comes first. */
export const offered = computed<Bound[]>(() =>
  [...bindings].flatMap((b) => b.list()).sort((a, b) => Number(b.here) - Number(a.here)),
);

export function menuOf<C>(actions: readonly Action<C>[], context: C): MenuItem[] {
  return bind(actions, context).map((a, i, all) => ({
    id: a.id,
    label: a.label,
    icon: a.icon,
    danger: a.danger,
    disabled: !a.enabled,
    hint: a.shortcut,
    separated: a.danger && i > 0 && !all[i - 1]?.danger,
    run: a.run,
  }));
}
