// Data by the names that a sweep's file has for them.
import { digits, fashionMnist, mnist } from 'ngrad/data'

export function loadData(text) {
  const [name, ...rest] = text.split(':')
  if (name === 'digits') return digits()
  return (name === 'mnist' ? mnist : fashionMnist)(rest.join(':'))
}
