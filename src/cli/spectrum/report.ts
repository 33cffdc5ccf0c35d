import type { Spectrum } from './result.js'
export const reportPage = (spectrum: Spectrum): string => JSON.stringify(spectrum)
