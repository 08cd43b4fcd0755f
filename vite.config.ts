/**
 * One configuration for the app, its workers, the unit tests and (through `scripts/bundle-node.mjs`) the Node bundles.
 * It carries the two things that tfjs' WebAssembly backend needs from a bundler: its .wasm files at a known address,
 * and a fix for its thread workers in a minified build.
 */
import { createReadStream, readFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import react from '@vitejs/plugin-react'
import type { Plugin } from 'vite'
import { defineConfig } from 'vitest/config'
import { crossOriginIsolation, mimeType } from './scripts/http.mjs'

const tfjsWasmFolder = new URL('./node_modules/@tensorflow/tfjs-backend-wasm/dist/', import.meta.url)
const tfjsWasmFiles = [
  'tfjs-backend-wasm.wasm',
  'tfjs-backend-wasm-simd.wasm',
  'tfjs-backend-wasm-threaded-simd.wasm',
]

/** The app finds tfjs' .wasm files under `/wasm/`, in dev and in the build. */
function serveTfjsWasm(): Plugin {
  return {
    name: 'leader-lab:tfjs-wasm-files',
    configureServer(server) {
      server.middlewares.use('/wasm/', (request, response, next) => {
        const name = request.url?.slice(1).split('?')[0] ?? ''
        if (!tfjsWasmFiles.includes(name)) {
          next()
          return
        }
        response.setHeader('Content-Type', mimeType(name))
        createReadStream(new URL(name, tfjsWasmFolder)).pipe(response)
      })
    },
    generateBundle() {
      if (this.environment.config.consumer !== 'client') return
      for (const name of tfjsWasmFiles) {
        const source = readFileSync(new URL(name, tfjsWasmFolder))
        this.emitFile({ type: 'asset', fileName: `wasm/${name}`, source })
      }
    },
  }
}

/**
 * tfjs starts its threads from `factory.toString()`, which closes over `_scriptDir`; a minifier renames that variable
 * and the thread dies with a ReferenceError. Declaring it inside the factory makes the text complete by itself.
 */
function keepScriptDirInThreads(): Plugin {
  const head = 'WasmBackendModuleThreadedSimd = WasmBackendModuleThreadedSimd || {};'
  return {
    name: 'leader-lab:tfjs-thread-factory',
    transform: {
      filter: { id: /tfjs-backend-wasm-threaded-simd\.js$/ },
      handler(code) {
        if (!code.includes(head))
          this.error('tfjs-backend-wasm changed: look again at keepScriptDirInThreads in vite.config.ts')
        return { code: code.replace(head, `${head} var _scriptDir;`), map: null }
      },
    },
  }
}

/** For scripts/size-budget.mjs: which modules ended up in which chunk of the main thread (workers are built apart). */
function listMainThreadChunks(): Plugin {
  return {
    name: 'leader-lab:main-thread-chunks',
    generateBundle(_options, bundle) {
      if (this.environment.config.consumer !== 'client') return
      const chunks = Object.values(bundle).flatMap((output) =>
        output.type === 'chunk'
          ? [{ file: output.fileName, imports: output.imports, modules: Object.keys(output.modules) }]
          : [],
      )
      this.emitFile({ type: 'asset', fileName: '.vite/chunks.json', source: JSON.stringify(chunks) })
    },
  }
}

export default defineConfig({
  // The build may stand below any path of a host; nothing in it begins with a slash.
  base: './',
  plugins: [react(), serveTfjsWasm(), keepScriptDirInThreads(), listMainThreadChunks()],
  server: { headers: crossOriginIsolation },
  preview: { headers: crossOriginIsolation },
  worker: { format: 'es', plugins: () => [keepScriptDirInThreads()] },
  // One tfjs-core everywhere: the ESM, because the entry for Node has no gradients. Its imports lack file extensions,
  // so that Node cannot load it by itself: tests and Node bundles take it through Vite.
  resolve: {
    alias: [{ find: /^@tensorflow\/(tfjs-[a-z-]+)$/, replacement: '@tensorflow/$1/dist/index.js' }],
  },
  ssr: { noExternal: true },
  build: {
    target: 'es2023',
    // An inlined asset would be JavaScript that is fetched before the first click.
    assetsInlineLimit: 0,
    // The size that counts is checked by scripts/size-budget.mjs; engine workers are large by nature.
    chunkSizeWarningLimit: 8_000,
    // Which plugin took how long is no news for somebody who starts the app.
    rolldownOptions: { checks: { bundlerTimings: false } },
  },
  test: {
    environment: 'node',
    include: ['{src,cli,scripts,bench}/**/*.test.{ts,tsx}'],
    // `*.full.test.ts` takes minutes and runs with `npm run test:full` only.
    exclude: process.env['LEADER_LAB_FULL'] ? [] : ['**/*.full.test.ts'],
    server: { deps: { inline: [/@tensorflow\//] } },
    // tfjs is 600 files; with their transforms kept on disk a test file that uses it starts in 1.5 s instead of 5.
    experimental: { fsModuleCache: true },
    testTimeout: 120_000,
    hookTimeout: 120_000,
    // One core is left for whoever is working on the machine, or for the linter.
    maxWorkers: Math.min(2, Math.max(1, availableParallelism() - 1)),
  },
})
