// The page: starts a worker, and shows what it says.
const [button, progress, status] = ['train', 'progress', 'status'].map((id) => document.getElementById(id))

button.addEventListener('click', () => {
  button.disabled = true
  const worker = new Worker(new URL('./worker.js', import.meta.url), { type: 'module' })
  worker.addEventListener('error', ({ message }) => (status.textContent = message))
  worker.addEventListener('message', ({ data: { epoch, accuracy } }) => {
    progress.value = epoch
    status.textContent = `epoch ${epoch}: ${(100 * accuracy).toFixed(1)} % of the test images`
    if (epoch < progress.max) return
    button.disabled = false
    worker.terminate()
  })
  worker.postMessage({ epochs: progress.max })
})
