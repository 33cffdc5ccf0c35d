// Workers are modules, as they are while developing; paths are relative, so that the page may lie anywhere.
export default { base: './', worker: { format: 'es' } }
