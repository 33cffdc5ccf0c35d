import { describe, expect, it } from 'vitest'
import { type CsvOptions, parseCsv } from '../../src/data/index.js'

const iris = `sepal,petal,species
5.1,1.4,setosa
7.0,4.7,versicolor
6.3,6.0,virginica
4.9,1.5,setosa
`

it('reads inputs as numbers and a class as one-hot', () => {
  const { data, inputs, targets, classes } = parseCsv(iris)
  expect(Array.from(data.x)).toEqual([5.1, 1.4, 7, 4.7, 6.3, 6, 4.9, 1.5])
  expect(Array.from(data.y)).toEqual([1, 0, 0, 0, 1, 0, 0, 0, 1, 1, 0, 0])
  expect({ inputs, targets, classes }).toEqual({
    inputs: ['sepal', 'petal'],
    targets: ['species'],
    classes: ['setosa', 'versicolor', 'virginica'],
  })
})

it('reads values, of several columns, by name or number', () => {
  const text = 'a,b,c,d\n1,2,3,4\n-5,.5,1e3,+7.25\n'
  const { data, inputs, classes } = parseCsv(text, { targets: ['d', 0] })
  expect(Array.from(data.x)).toEqual([2, 3, 0.5, 1000])
  expect(Array.from(data.y)).toEqual([4, 1, 7.25, -5])
  expect(inputs).toEqual(['b', 'c'])
  expect(classes).toBeUndefined()
})

it('takes numbers for classes when it is told, in the order of numbers', () => {
  const { data, classes } = parseCsv('0,10\n1,9\n2,10\n', { classes: true })
  expect(classes).toEqual(['9', '10'])
  expect(Array.from(data.y)).toEqual([0, 1, 1, 0, 0, 1])
  expect(parseCsv('0,10\n1,9\n').inputs).toEqual(['0'])
})

it('reads quotes, separators and line breaks within them, other separators, and a byte order mark', () => {
  const { inputs, classes } = parseCsv('\ufeff"a ""b"", c",k\r\n1,"x\ny"\r\n\r\n2,z')
  expect(inputs).toEqual(['a "b", c'])
  expect(classes).toEqual(['x\ny', 'z'])
  expect(Array.from(parseCsv('1;2\n3;4', { separator: ';' }).data.x)).toEqual([1, 3])
})

describe('says where', () => {
  it.each([
    ['a,b\n1,2\n3,', 'line 3, column b: expected a finite number, got ""', {}],
    ['a,b\n1,2\nNaN,3', 'line 3, column a: expected a finite number, got "NaN"', {}],
    ['a,b\n1e999,2', 'line 2, column a: expected a finite number, got "1e999"', {}],
    ['a,b\n0x10,2', 'line 2, column a', {}],
    ['a,b\n1 000,2', 'line 2, column a', {}],
    ['a,b\n1,2,3', 'line 2: expected 2 fields, got 3', {}],
    ['a,b\n1,"2', 'line 2: expected a quote that ends', {}],
    ['a,b\n1,"2"x', 'line 2: expected a separator after a quote', {}],
    ['a,b\n1,x\n2,', 'line 3, column b: expected a class', {}],
    ['a,b\n"1\n2",x\ny,x', 'line 2, column a', {}],
    ['a,b\n', 'at least one line beside the header', {}],
    ['', 'at least one line', {}],
    ['a,b\n1,2', 'one of a, b, got "c"', { targets: 'c' }],
    ['a,b\n1,2', 'one of a, b, got 2', { targets: 2 }],
    ['a,b\n1,2', 'a column beside a, b', { targets: ['a', 'b'] }],
  ] satisfies [string, string, CsvOptions][])('%j', (text, message, options) => {
    expect(() => parseCsv(text, options)).toThrow(message)
  })
})
