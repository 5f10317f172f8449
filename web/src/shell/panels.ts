/* Which of the shell's own windows is open. */
import { reactive } from 'vue';
export const panels = reactive({ palette: false, keys: false, nav: false, uploads: false });
