// A Cloudflare-style worker that learns online, from the requests it serves: each observation is one step of training.
//
//   POST /observe  { "x": [a, b], "y": [target] }   learns from one example, and answers its loss before the step
//   POST /predict  { "x": [a, b] }                  answers what it believes
//   GET  /checkpoint                                a safetensors file, from which `resume` goes on
//
// State lives as long as the isolate does: to keep it longer, put /checkpoint into durable storage.
import { adam, backprop, createTrainer, dense, NgradError, save, sequential, squaredError } from 'ngrad'

let trainer

/** Built on the first request: a worker does no work when it is loaded. */
function learning() {
  const network = () => sequential(2, [dense(16, 'tanh'), dense(1)]).build({ seed: 1 })
  return (trainer ??= createTrainer(network(), { learner: backprop(), loss: squaredError(), optimizer: adam({ learningRate: 0.02 }) }))
}

const routes = {
  'POST /observe': async (request) => {
    const { x, y } = await request.json()
    const loss = learning().step({ x, y, size: 1 })
    return Response.json({ loss, steps: trainer.steps })
  },
  'POST /predict': async (request) => {
    const { x } = await request.json()
    return Response.json({ y: [...learning().network.predict(x)] })
  },
  'GET /checkpoint': () => new Response(save(learning()), { headers: { 'content-type': 'application/octet-stream' } }),
}

export default {
  async fetch(request) {
    const route = routes[`${request.method} ${new URL(request.url).pathname}`]
    if (route === undefined) return new Response('not found', { status: 404 })
    try {
      return await route(request)
    } catch (error) {
      // What ngrad refuses is the client's mistake, and has changed nothing.
      if (error instanceof NgradError || error instanceof SyntaxError) return Response.json({ error: error.message }, { status: 400 })
      throw error
    }
  },
}
