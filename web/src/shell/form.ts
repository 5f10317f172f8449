/* A form in a window: what is typed, what is wrong where, and the sending. The server's sentence
 * lands at its field when the form has that field, above the form otherwise. */
import { reactive, ref, type Reactive, type Ref } from 'vue';
import { Problem, sentence } from '@/api/http';
import { t } from '@/text';

export interface Form<T extends object> {
  values: Reactive<T>;
  wrong: Reactive<Record<string, string>>;
  general: Ref<string>;
  busy: Ref<boolean>;
  must: (...keys: (keyof T & string)[]) => boolean;
  send: (what: () => Promise<unknown>) => Promise<boolean>;
}

export function useForm<T extends object>(initial: T): Form<T> {
  const values = reactive({ ...initial });
  const wrong = reactive<Record<string, string>>({});
  const general = ref('');
  const busy = ref(false);
  const clear = () => {
    general.value = '';
    for (const key of Object.keys(wrong)) delete wrong[key];
  };
  return {
    values,
    wrong,
    general,
    busy,
    must: (...keys) => {
      clear();
      for (const key of keys) {
        const value = (values as Record<string, unknown>)[key];
        if (value === null || value === 0 || String(value).trim() === '') wrong[key] = t('field.missing');
      }
      return Object.keys(wrong).length === 0;
    },
    send: async (what) => {
      busy.value = true;
      general.value = '';
      try {
        await what();
        return true;
      } catch (e) {
        if (e instanceof Problem && e.field && e.field in values) wrong[e.field] = sentence(e);
        else general.value = sentence(e);
        return false;
      } finally {
        busy.value = false;
      }
    },
  };
}
