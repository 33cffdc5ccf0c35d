import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url))

export default defineConfig({
  // Tests run the sources, and the core as scripts/build-core.mjs embedded it there; or, where NGRAD_CORE asks for it, the guarded one.
  resolve: { alias: { '#wasm': here(process.env.NGRAD_CORE === 'guarded' ? 'test/support/core-guarded.ts' : 'src/core/wasm-inline.ts') } },
  test: {
    include: ['test/**/*.test.ts'],
    setupFiles: ['test/support/setup.ts'],
    testTimeout: 60_000,
    // What scripts/ci-summary.mjs counts.
    reporters: ['default', ['json', { outputFile: 'build/test-results.json' }]],
  },
})
