// Our checkpoints, read by other hands: `@huggingface/hub` is of those who made the safetensors format. It asks for a file
// in parts, by HTTP; here it gets them from memory, and asks nobody.
import { parseSafetensorsMetadata } from '@huggingface/hub'
import { adam, createTrainer, crossEntropy, dense, feedbackAlignment, readSafetensors, save, sequential } from 'ngrad'

/** What it read, in words; throws where it is not what was written. */
export async function readCheckpoint() {
  const network = sequential(4, [dense(3, 'tanh'), dense(2)]).build({ dtype: 'f64' })
  const trainer = createTrainer(network, { learner: feedbackAlignment(), loss: crossEntropy(), optimizer: adam() })
  const bytes = save(trainer)
  trainer.dispose()
  network.dispose()

  const { header } = await parseSafetensorsMetadata({ repo: 'nobody/nothing', path: 'checkpoint.safetensors', fetch: partsOf(bytes) })
  const { __metadata__: words, ...arrays } = header
  const { tensors, metadata } = readSafetensors(bytes)
  const ours = Object.fromEntries([...tensors].map(([name, { dtype, shape, bytes: view }]) => [name, { dtype, shape, size: view.length }]))
  const theirs = Object.fromEntries(
    Object.entries(arrays).map(
      ([
        name,
        {
          dtype,
          shape,
          data_offsets: [begin, end],
        },
      ]) => [name, { dtype, shape, size: end - begin }],
    ),
  )
  const sorted = (object) => JSON.stringify(Object.entries(object).sort())
  if (sorted(theirs) !== sorted(ours) || sorted(words) !== sorted(Object.fromEntries(metadata)))
    throw new Error(`it read ${JSON.stringify(header)}`)
  return `reads a checkpoint as we do: ${tensors.size} arrays, ${metadata.size} words`
}

const partsOf =
  (bytes) =>
  async (_url, { headers } = {}) => {
    const [, from, to] = /bytes=(\d+)-(\d+)/.exec(new Headers(headers).get('range')) ?? [null, 0, bytes.length - 1]
    const part = bytes.slice(Number(from), Number(to) + 1)
    return new Response(part, {
      status: 206,
      headers: {
        'content-range': `bytes ${from}-${Number(from) + part.length - 1}/${bytes.length}`,
        'content-length': String(part.length),
        etag: '"1"',
      },
    })
  }
