// The data that commands train on, by what the user calls them.
import type { Dataset } from '../data/dataset.js'
import { digits } from '../data/digits.js'
import { fashionMnist, mnist } from '../data/mnist.js'
import { UsageError } from './command.js'

/** Data by name, not loaded yet. */
export interface Data {
  readonly name: string
  /** What the command line calls them. */
  readonly text: string
  /** Where they are from and how they are split, for reports. */
  readonly statement: string
  /** Units of the hidden layers, and epochs, where the user says nothing and the rules' recipes are for other data. */
  readonly hidden: readonly number[]
  readonly epochs: number | undefined
  readonly load: () => { readonly train: Dataset; readonly test: Dataset }
}

const large = { hidden: [128], epochs: 5 } as const

/** `digits`, `mnist:DIR` or `fashion:DIR`. Throws UsageError; files are read by `load` only. */
export function readData(text: string): Data {
  const [name, ...rest] = text.split(':')
  const directory = rest.join(':')
  if (text === 'digits')
    return {
      name: 'digits',
      text,
      statement:
        'UCI Optical Recognition of Handwritten Digits (Alpaydin & Kaynak 1998, CC BY 4.0), its test part: 1797 images of '
        + '8 x 8 pixels, split once for ever into 1437 to train on and 360 to test with, not by writer.',
      hidden: [32],
      epochs: undefined,
      load: digits,
    }
  if (name === 'mnist' && directory !== '')
    return {
      name: 'MNIST',
      text,
      statement: 'MNIST (LeCun et al. 1998), its own split: 60,000 images of 28 x 28 pixels to train on and 10,000 to test with.',
      ...large,
      load: () => mnist(directory),
    }
  if (name === 'fashion' && directory !== '')
    return {
      name: 'Fashion-MNIST',
      text,
      statement: 'Fashion-MNIST (Xiao et al. 2017), its own split: 60,000 images of 28 x 28 pixels to train on and 10,000 to test with.',
      ...large,
      load: () => fashionMnist(directory),
    }
  throw new UsageError(`data are digits, mnist:DIR or fashion:DIR, not ${JSON.stringify(text)}`)
}
