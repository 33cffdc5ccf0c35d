// The program as each bundler makes it, for Node to run.
import { join } from 'node:path'

const entry = 'main.js'

export const bundlers = {
  esbuild: async (folder) => {
    const { build } = await import('esbuild')
    const outfile = join(folder, 'esbuild.mjs')
    await build({ entryPoints: [entry], bundle: true, minify: true, format: 'esm', outfile, logLevel: 'error' })
    return outfile
  },
  rollup: async (folder) => {
    const { rollup } = await import('rollup')
    const { nodeResolve } = await import('@rollup/plugin-node-resolve')
    const file = join(folder, 'rollup.mjs')
    await (await rollup({ input: entry, plugins: [nodeResolve()] })).write({ file, format: 'es' })
    return file
  },
  vite: async (folder) => {
    const { build } = await import('vite')
    const lib = { entry, formats: ['es'], fileName: () => 'vite.mjs' }
    await build({ configFile: false, logLevel: 'error', build: { lib, outDir: folder, emptyOutDir: false, target: 'es2022' } })
    return join(folder, 'vite.mjs')
  },
  webpack: async (folder) => {
    const { default: webpack } = await import('webpack')
    const output = { path: folder, filename: 'webpack.mjs', module: true, chunkFormat: 'module' }
    const settings = { mode: 'production', target: 'es2022', entry: `./${entry}`, output, experiments: { outputModule: true } }
    const stats = await new Promise((resolve, reject) => webpack(settings, (error, made) => (error ? reject(error) : resolve(made))))
    if (stats.hasErrors()) throw new Error(stats.toString('errors-only'))
    return join(folder, 'webpack.mjs')
  },
}
