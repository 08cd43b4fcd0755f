/** Builds export.ts for Node, apart from the app's own build. */
export default {
  root: import.meta.dirname,
  logLevel: 'error',
  build: { ssr: 'export.ts', outDir: '.work/bin', emptyOutDir: false },
}
