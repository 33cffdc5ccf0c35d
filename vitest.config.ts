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
    // `npm run coverage`. What runs in other processes and threads is not seen: the command line, and the threads of the core.
    coverage: {
      include: ['src/**/*.ts'],
      exclude: ['src/cli/**', 'src/core/wasm-*.ts', 'src/core/threads.ts'],
      reporter: ['text', 'html'],
      reportsDirectory: 'build/coverage',
    },
    // What scripts/ci-summary.mjs counts.
    reporters: ['default', ['json', { outputFile: 'build/test-results.json' }]],
  },
})
