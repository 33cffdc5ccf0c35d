import { expect, it } from 'vitest'
import { averagePool2d, conv2d, dense, recurrent, sequential, summary } from '../../src/index.js'

it('a summary counts what there is', () => {
  const description = sequential(
    [8, 8, 1],
    [conv2d(4, { kernel: 3, pool: 2 }, 'tanh'), averagePool2d(3), dense(5, 'relu'), recurrent(3, 'tanh')],
  )
  const network = description.build({ dtype: 'f64' })
  const { layers, parameters, bytes } = summary(network)
  expect(layers.map((layer) => layer.parameters)).toEqual([4 * 9 + 4, 5 * 4 + 5, 3 * 5 + 3 + 9])
  expect(layers.map(({ kind }) => kind)).toEqual(['conv2d', 'averagePool2d, dense', 'recurrent'])
  expect(layers.map(({ outputs }) => outputs)).toEqual([[3, 3, 4], [5], [3]])
  const counted = network.parameters.reduce((sum, parameter) => sum + parameter.read().length, 0)
  expect({ parameters, bytes }).toEqual({ parameters: counted, bytes: 8 * counted })
  expect(String(summary(network)).split('\n')).toHaveLength(5)
  expect(String(summary(network))).toContain('8 x 8 x 1  3 x 3 x 4  tanh')
  expect(() => summary({} as never)).toThrow(expect.objectContaining({ code: 'TYPE' }))
})
