/* The beginning: the look, then the app. */
import { createApp, watch } from 'vue';
import { reportError } from '@/shell/report';
import { ended } from '@/session/store';
import { startLook } from '@/shell/look';
import App from './App.vue';
import { router } from './router';
import '@/ui/tokens.css';
import '@/ui/base.css';

async function start() {
  await startLook();
  const app = createApp(App);
  app.config.errorHandler = (e) => void reportError(e);
  app.use(router);
  router.onError((e, to) => {
    if (/dynamically imported module|Failed to fetch|Importing a module/i.test(String(e))) location.assign(to.fullPath);
    else reportError(e);
  });
  watch(ended, (now) => {
    const here = router.currentRoute.value;
    if (now && !here.meta.open) void router.replace({ path: '/login', query: { to: here.fullPath } });
  });
  await router.isReady().catch(() => undefined);
  app.mount('#app');
}

void start();
