/* How the client is built. The result goes to build/web, where the server finds it: index.html,
 * hashed files under assets/, and beside every compressible file its .gz, so that serving costs
 * no CPU. Old school PCs set the target: Chrome 78 and Safari 13 read every chunk.
 *
 * The tables pdf.js needs for Chinese documents (character maps, standard fonts) are copied from
 * its package to pdf/, because school networks reach no CDN. */
import { cpSync, existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import vue from '@vitejs/plugin-vue';
import type { Plugin } from 'vite';
import { defineConfig } from 'vitest/config';

const here = (p: string) => fileURLToPath(new URL(p, import.meta.url));
const outDir = here('../build/web');
const compressible = /\.(js|css|html|svg|json|mjs)$/;

function filesUnder(dir: string): string[] {
  return readdirSync(dir).flatMap((name) => {
    const path = join(dir, name);
    return statSync(path).isDirectory() ? filesUnder(path) : [path];
  });
}

function pdfTables(): Plugin {
  return {
    name: 'jibei-pdf-tables',
    apply: 'build',
    closeBundle() {
      for (const part of ['cmaps', 'standard_fonts']) {
        const from = here(`node_modules/pdfjs-dist/${part}`);
        if (existsSync(from)) cpSync(from, join(outDir, 'pdf', part), { recursive: true });
      }
    },
  };
}

/* reka-ui asks the whole of Vue whether it has useId, and so drags every unused part of Vue into
 * the first page (12 KB). It has. */
function onlyUsedVue(): Plugin {
  return {
    name: 'jibei-only-used-vue',
    transform(code, id) {
      if (!/reka-ui\/dist\/shared\/useId\.js$/.test(id)) return null;
      const lean = code
        .replace('import * as vue from "vue";', 'import { useId as vueUseId } from "vue";')
        .replace('"useId" in vue', 'true')
        .replace('vue.useId', 'vueUseId');
      if (lean.includes('vue.')) this.error('reka-ui changed its useId: look at onlyUsedVue');
      return { code: lean, map: null };
    },
  };
}

/* Of the formulas' fonts one format is enough: all our browsers read woff2. */
function onlyWoff2(): Plugin {
  return {
    name: 'jibei-only-woff2',
    enforce: 'pre',
    transform(code, id) {
      if (!/katex\.min\.css/.test(id)) return null;
      return { code: code.replace(/,url\([^)]*\) format\("(?:woff|truetype)"\)/g, ''), map: null };
    },
  };
}

/* The page names the start itself, so that it comes together with what asks for it. */
function preloadStart(): Plugin {
  return {
    name: 'jibei-preload-start',
    apply: 'build',
    transformIndexHtml: {
      order: 'post',
      handler(_html, { bundle }) {
        const start = Object.values(bundle ?? {}).find((one) => one.type === 'chunk' && one.name === 'start');
        if (!start) throw new Error('the build made no chunk named start');
        return [{ tag: 'link', attrs: { rel: 'modulepreload', crossorigin: true, href: `/${start.fileName}` }, injectTo: 'head' }];
      },
    },
  };
}

function precompress(): Plugin {
  return {
    name: 'jibei-precompress',
    apply: 'build',
    enforce: 'post',
    closeBundle() {
      for (const path of filesUnder(outDir)) {
        if (!compressible.test(path)) continue;
        const plain = readFileSync(path);
        const packed = gzipSync(plain, { level: 9 });
        if (packed.length < plain.length) writeFileSync(`${path}.gz`, packed);
      }
    },
  };
}

export default defineConfig({
  plugins: [vue(), onlyUsedVue(), onlyWoff2(), pdfTables(), preloadStart(), precompress()],
  define: { __VUE_OPTIONS_API__: 'false', __VUE_PROD_DEVTOOLS__: 'false', __VUE_PROD_HYDRATION_MISMATCH_DETAILS__: 'false' },
  resolve: { alias: { '@': here('./src') }, dedupe: ['yjs', 'y-protocols', '@tiptap/pm'] },
  build: {
    outDir,
    emptyOutDir: true,
    target: ['chrome78', 'safari13'],
    cssTarget: 'chrome78',
    manifest: true,
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 1200,
    reportCompressedSize: false,
    /* Few files: on a line of 150 ms a round trip costs what 30 KB do. What the start needs is one
     * of them, the small parts most views share another, all styles (9 KB) the third. */
    cssCodeSplit: false,
    rolldownOptions: {
      output: {
        codeSplitting: {
          groups: [
            { name: 'load', test: /preload-helper|rolldown\/runtime|api\/ahead|src\/views/, priority: 3 },
            { name: 'start', test: /src\/(start|router)\.ts$/, priority: 2 },
            { name: 'parts', test: /src\/(ui|api|search)\/(?!Dialog|AskHost|QrCode)/, priority: 1 },
          ],
        },
      },
    },
  },
  worker: { format: 'iife' },
  server: {
    host: '127.0.0.1',
    proxy: {
      '/api': { target: process.env.JIBEI_URL ?? 'http://127.0.0.1:8080' },
      '/ws': { target: process.env.JIBEI_URL ?? 'http://127.0.0.1:8080', ws: true },
    },
  },
  test: { environment: 'happy-dom', include: ['src/**/*.test.ts'] },
});
